const named = document.querySelector<HTMLMetaElement>('meta[name="application-name"]')?.content

/** The forum's own name; a development server leaves the placeholder as it is. */
export const siteName = named && named !== '%PARLEY_NAME%' ? named : 'Parley'
