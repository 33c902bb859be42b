/** The dot of a category: one of the eight colours of the palette, which turn with the theme. */
export const dotOf = (color: number) => `var(--dot-${Math.min(8, Math.max(1, color))})`
