import type { components } from './schema'

type Schemas = components['schemas']

export type Topic = Schemas['Topic']
export type Post = Schemas['Post']
export type User = Schemas['User']
export type OwnUser = Schemas['OwnUser']
export type UserBrief = Schemas['UserBrief']
export type Category = Schemas['Category']
export type Tag = Schemas['Tag']
export type Hit = Schemas['Hit']
export type Session = Schemas['Session']
export type SignedIn = Schemas['SignedIn']
export type OutlineItem = Schemas['Outline']['items'][number]
