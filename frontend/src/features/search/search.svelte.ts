let shown = $state(false)

/** Whether the search stands open over the page. */
export const search = {
  get shown() {
    return shown
  },
  open: () => (shown = true),
  close: () => (shown = false),
}
