import type { components } from './schema'

type Schemas = components['schemas']

export type Topic = Schemas['TopicOut']
export type Post = Schemas['PostOut']
export type User = Schemas['UserOut']
export type OwnUser = Schemas['OwnUserOut']
export type UserBrief = Schemas['UserBriefOut']
export type Category = Schemas['CategoryOut']
export type Tag = Schemas['TagOut']
export type Hit = Schemas['HitOut']
export type Session = Schemas['SignedInOut']
export type SignedIn = Schemas['SessionOut']
export type OutlineItem = Schemas['OutlineItemOut']
