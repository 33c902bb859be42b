const DOTS = ['blue', 'jade', 'ochre', 'plum', 'teal', 'moss', 'rose', 'umber']

/**
 * The colour of a category's dot. The named ones are design tokens and turn with the theme; any other
 * CSS colour is taken as it is.
 */
export function dotOf(color: string | null | undefined): string {
  const index = DOTS.indexOf(color ?? 'umber')
  if (index >= 0) return `var(--dot-${index + 1})`
  return color && CSS.supports('color', color) ? color : 'var(--dot-8)'
}
