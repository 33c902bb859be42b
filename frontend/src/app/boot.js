// Puts the reader's stored appearance and language on the root element before anything is painted.
;(() => {
  const root = document.documentElement
  let kept
  try {
    kept = JSON.parse(localStorage.getItem('parley.preferences') ?? '{}')
  } catch {
    kept = {}
  }
  if (kept.theme === 'light' || kept.theme === 'dark') root.dataset.theme = kept.theme
  if (kept.density === 'compact') root.dataset.density = 'compact'
  if (kept.reading === 'serif') root.dataset.reading = 'serif'
  if (kept.locale === 'en' || kept.locale === 'zh-Hans') root.lang = kept.locale
})()
