import { attempt } from '../../ui/attempt'

type Acts = typeof import('./acts')

/** Does one of the acts of writers and moderators; their code comes when the first of them is asked for. */
export const act = (choose: (acts: Acts) => Promise<void>) =>
  attempt(async () => choose(await import('./acts')))
