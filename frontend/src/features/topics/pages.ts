/** Page numbers to offer: the first, the last and those near this one; null stands for a gap. */
export function pagesAround(page: number, last: number): (number | null)[] {
  const near = [1, 2, page - 1, page, page + 1, last - 1, last]
  const numbers = [...new Set(near)].filter((number) => number >= 1 && number <= last).sort((a, b) => a - b)
  return numbers.flatMap((number, index) => {
    const before = numbers[index - 1]
    return before !== undefined && number - before > 1 ? [null, number] : [number]
  })
}
