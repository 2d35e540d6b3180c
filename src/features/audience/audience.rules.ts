/**
 * As whom somebody sees a journey: its owner, a rider who may see it exactly, a rider connected by it, any other rider,
 * or nobody, for whom it does not exist. The SQL function `audience_of` decides it.
 */
export const audiences = ['owner', 'exact', 'connection', 'rider', 'nobody'] as const;
export type Audience = (typeof audiences)[number];

/** As whom owners may look at their own journey. */
export const otherAudiences = ['nobody', 'rider', 'connection', 'exact'] as const satisfies readonly Audience[];
export type OtherAudience = (typeof otherAudiences)[number];

/** A rider who reads a journey. Its owner may read it as another audience would, and then `viewedAs` names that. */
export type Viewer = { viewerId: string; viewedAs: OtherAudience | null };
