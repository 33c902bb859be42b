# A member's first visit, through the client that OpenAPI Generator makes. See docs/api-clients.md.
#
# PARLEY_URL=http://127.0.0.1:8000 ruby -I ruby/lib journey.rb

require "json"
require "securerandom"
require "uri"

require "parley_client"

PASSWORD = "three quiet rivers".freeze
NOBODYS_TOPIC = 2**53 - 1

Parley.configure do |config|
  address = URI.parse(ENV.fetch("PARLEY_URL"))
  config.scheme = address.scheme
  config.host = "#{address.host}:#{address.port}"
  config.base_path = address.path
  config.server_index = nil # The document names one server, the one that it came from: not asked here.
end

# The problem, in the client's own type, that the block's call is refused with.
def refusal
  yield
  abort "It was not refused."
rescue Parley::ApiError => e
  Parley::Problem.build_from_hash(JSON.parse(e.response_body, symbolize_names: true))
end

# Read without an account: what is open to everybody is answered without a token.
def visit
  puts "visited #{Parley::SiteApi.new.get_meta.name}"
end

# Register, and confirm with the token that was mailed; the new member's name.
def sign_up(auth)
  name = "member-#{SecureRandom.hex(6)}"
  registration = Parley::Register.new(username: name, email: "#{name}@example.org", password: PASSWORD)
  sent = auth.register_user(registration, idempotency_key: SecureRandom.uuid)
  puts "registered #{name} #{sent.status}"
  $stdout.flush
  token = $stdin.gets.chomp # what follows `#token=` in the mail's link
  confirmed = auth.confirm_registration(Parley::Confirm.new(token: token))
  puts "confirmed #{confirmed.user.username}"
  name
end

# Sign in, and show the token with every call from here on.
def sign_in(auth, name)
  session = auth.login(Parley::Login.new(login: name, password: PASSWORD))
  Parley.configure { |config| config.access_token = session.access_token }
  puts "signed in #{session.user.username}"
end

# The categories, at any depth, where the caller may open topics.
def may_post_in(categories)
  categories.flat_map do |category|
    (category.viewer.can.post ? [category] : []) + may_post_in(category.children)
  end
end

# Open a topic, and repeat the call as after a lost answer: there is still one topic.
def open_topic
  category = may_post_in(Parley::CategoriesApi.new.list_categories.items).first
  body = Parley::TopicCreate.new(title: "山中一夜 A night in the hills", body: "谁去过？", category: category.slug)
  key = SecureRandom.uuid
  first, again = Array.new(2) { Parley::TopicsApi.new.create_topic(body, idempotency_key: key) }
  puts "opened #{first.title} #{first.id == again.id ? 'once' : 'twice'}"
  first
end

# Reply with each text.
def reply(topic, bodies)
  replies = Parley::RepliesApi.new
  posts = bodies.map { |body| replies.create_reply(topic.id, Parley::ReplyCreate.new(body: body)) }
  puts "replied #{posts.map(&:number).join(' ')}"
  posts
end

# Page through the replies, three at a time, by the cursor that each page hands on.
def read_all(topic)
  place = {}
  loop do
    page = Parley::RepliesApi.new.list_replies(topic.id, limit: 3, **place)
    puts "page #{page.items.map(&:number).join(' ')}"
    break if page._next.nil?

    place = { cursor: page._next }
  end
end

# Edit what was read; the second edit of the same version lost the race, and is told so.
def edit(post)
  posts = Parley::PostsApi.new
  body = Parley::PostPatch.new(body: "去过两次。Twice.")
  seen = { if_match: "\"#{post.version}\"" }
  changed = posts.change_post(post.id, body, **seen)
  puts "edited, version grew by #{changed.version - post.version}"
  lost = refusal { posts.change_post(post.id, body, **seen) }
  puts "lost #{lost.status} #{lost.code}"
end

# Bad input, all of it named at once; and a topic that there is not.
def be_refused(topic)
  topics = Parley::TopicsApi.new
  category = topic.category.slug
  body = Parley::TopicCreate.new(title: "x  ", body: "?", category: category, tags: ["two words"])
  invalid = refusal { topics.create_topic(body) }
  found = invalid.errors.map { |error| "#{error.pointer} #{error.code}" }
  puts "refused #{invalid.status} #{invalid.code} #{found.sort.join(' ')}"
  missing = refusal { topics.get_topic(NOBODYS_TOPIC) }
  puts "refused #{missing.status} #{missing.code}"
end

# Find the edited reply by a Chinese word of it.
def search(topic, name)
  page = Parley::SearchApi.new.search_forum("两次", author: name)
  page.items.each do |hit|
    puts "found #{hit.type} #{hit.highlight}" if hit.topic&.id == topic.id
  end
end

visit
auth = Parley::AuthApi.new
name = sign_up(auth)
sign_in(auth, name)
topic = open_topic
posts = reply(topic, ["去过一次。", "Once.", "Never.", "下个月去！", "Next year.", "Why?", "因为好看。"])
read_all(topic)
edit(posts.first)
be_refused(topic)
search(topic, name)
_, status = auth.logout_with_http_info
puts "signed out #{status}"
