/** The forum's own name. The server writes it last into every title, after the name of the page. */
export const siteName =
  document.title
    .split(' · ')
    .at(-1)
    ?.replace(/^%PARLEY_TITLE%$/, '') || 'Parley'
