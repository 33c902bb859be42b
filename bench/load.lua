-- Sends the requests of a file in turn, from the one where chance begins, and says in JSON what came of it.
-- `%N%` in a path or body is another number in each request.
local wanted, ready, number, place

function init(args)
  wanted = dofile(args[1])
  ready = {}
  number = tonumber(args[2])
  place = number % #wanted
  for i, r in ipairs(wanted) do
    if not (r.path:find("%%N%%") or (r.body and r.body:find("%%N%%"))) then
      ready[i] = wrk.format(r.method, r.path, r.headers, r.body)
    end
  end
end

function request()
  place = place % #wanted + 1
  if ready[place] then return ready[place] end
  local r = wanted[place]
  number = number + 1
  local n = tostring(number)
  local body = r.body and r.body:gsub("%%N%%", n)
  local headers = {}
  for k, v in pairs(r.headers) do headers[k] = v:gsub("%%N%%", n) end
  return wrk.format(r.method, (r.path:gsub("%%N%%", n)), headers, body)
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"bytes":%d,"p50":%d,"p95":%d,"p99":%d,"mean":%.1f,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(95),
    latency:percentile(99), latency.mean, e.status, e.connect + e.read + e.write + e.timeout))
end
