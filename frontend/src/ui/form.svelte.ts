import { asProblem, Problem } from '../api/problem'
import { fieldSentence } from './fields'

export type Form = ReturnType<typeof useForm>

/** Sends a form once at a time and keeps what went wrong beside its fields. */
export function useForm(act: () => Promise<void>) {
  let busy = $state(false)
  let problem = $state.raw<Problem | null>(null)

  return {
    get busy() {
      return busy
    },
    get problem() {
      return problem
    },
    /** What is wrong with a field, by its JSON pointer. */
    wrong: (pointer: string) => fieldSentence(problem?.field(pointer)),
    /** Whether what went wrong stands at fields and needs no sentence of its own. */
    get told() {
      return !!problem?.errors.length
    },
    forget: () => (problem = null),
    async submit(event?: SubmitEvent) {
      event?.preventDefault()
      if (busy) return
      busy = true
      problem = null
      try {
        await act()
      } catch (error) {
        problem = asProblem(error)
        const form = event?.target as HTMLFormElement | undefined
        setTimeout(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
      } finally {
        busy = false
      }
    },
  }
}
