import { formats } from './locale.svelte'

/** A whole number in the reader's language, with its separators. */
export const whole = (value: number) => new Intl.NumberFormat(formats()).format(value)
