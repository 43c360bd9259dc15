// A server on Fedify for the matrix of tests/peers: Fedify speaks, signs and verifies; this file keeps a book of what
// came in, and does what its control address is told. It takes its orders over plain http on its own loopback address.
//
// Environment: PEER_HOST (its name), PEER_ADDRESS, PEER_DATA (a folder: keys and the book outlive a restart), FIRST_KNOCK.
import {
  createFederation, exportJwk, generateCryptoKeyPair, importJwk, InProcessMessageQueue, MemoryKvStore, signRequest,
  verifyObject,
} from "@fedify/fedify";
import {
  Accept, Activity, Announce, Article, Block, Create, Delete, Endpoints, Follow, InteractionPolicy, InteractionRule, isActor, Like,
  Mention, Move, Note, Person, PUBLIC_COLLECTION, QuoteAuthorization, QuoteRequest, Reject, Tombstone, Undo, Update,
} from "@fedify/vocab";
import { serve } from "@hono/node-server";
import { Temporal } from "@js-temporal/polyfill";
import { configure, getConsoleSink } from "@logtape/logtape";
import fs from "node:fs";

const { PEER_HOST: host, PEER_ADDRESS: address, PEER_DATA: data, FIRST_KNOCK: firstKnock } = process.env;
const origin = `https://${host}`;
const me = "bob";
/** Accounts that move, from where and where to, by the way of moving. */
const movers = { push: ["erin", "gina"], pull: ["fred", "hanna"] };

await configure({
  sinks: { console: getConsoleSink() },
  loggers: [
    { category: "fedify", sinks: ["console"], lowestLevel: "info" },
    { category: ["logtape", "meta"], sinks: ["console"], lowestLevel: "warning" },
  ],
});

// ---- what outlives a restart

const bookFile = `${data}/book.json`;
const keyFile = `${data}/keys.json`;
const book = fs.existsSync(bookFile) ? JSON.parse(fs.readFileSync(bookFile)) : {
  name: me, byHand: false, followers: [], requests: [], following: {}, objects: {}, reactions: [], names: {}, blocked_by: [],
  follows: {}, own: {}, sent: {}, quotes: {}, asked: {}, stamps: {}, reviewQuotes: false, moved: {}, requestIds: {},
  others: Object.fromEntries(Object.values(movers).flat().map((name) => [name, { followers: [], aliases: [], movedTo: null }])),
};
/** By the id of its object, each Create as it came. */
const raw = {};
const keep = () => fs.writeFileSync(bookFile, JSON.stringify(book, null, 1));
keep();

async function keyPairs() {
  if (!fs.existsSync(keyFile)) {
    const made = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];
    const pairs = made.map(async (k) => ({ secret: await exportJwk(k.privateKey), open: await exportJwk(k.publicKey) }));
    fs.writeFileSync(keyFile, JSON.stringify(await Promise.all(pairs)));
  }
  const pairs = JSON.parse(fs.readFileSync(keyFile));
  return Promise.all(pairs.map(async (k) => ({
    privateKey: await importJwk(k.secret, "private"), publicKey: await importJwk(k.open, "public"),
  })));
}

// ---- the server

const federation = createFederation({
  kv: new MemoryKvStore(), queue: new InProcessMessageQueue(), origin, allowPrivateAddress: true, firstKnock,
});

async function person(ctx) {
  const keys = await ctx.getActorKeyPairs(me);
  return new Person({
    id: ctx.getActorUri(me), preferredUsername: me, name: book.name, inbox: ctx.getInboxUri(me), outbox: ctx.getOutboxUri(me),
    followers: ctx.getFollowersUri(me), endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
    manuallyApprovesFollowers: book.byHand, publicKey: keys[0].cryptographicKey,
    assertionMethods: keys.map((k) => k.multikey), url: new URL(`/@${me}`, origin),
    aliases: (book.aliases ?? []).map((alias) => new URL(alias)),
  });
}

async function mover(ctx, name) {
  const keys = await ctx.getActorKeyPairs(name);
  const { aliases, movedTo } = book.others[name];
  return new Person({
    id: ctx.getActorUri(name), preferredUsername: name, name, inbox: ctx.getInboxUri(name),
    endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }), publicKey: keys[0].cryptographicKey,
    assertionMethods: keys.map((k) => k.multikey), aliases: aliases.map((alias) => new URL(alias)),
    successor: movedTo ? new URL(movedTo) : null,
  });
}

const known = (name) => name === me || Object.hasOwn(book.others, name);
federation.setActorDispatcher("/users/{identifier}", (ctx, id) => !known(id) ? null : id === me ? person(ctx) : mover(ctx, id))
  .setKeyPairsDispatcher((_, id) => known(id) ? keyPairs() : []);
federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] }));
federation.setFollowersDispatcher("/users/{identifier}/followers", async (ctx) => {
  const found = await Promise.all(book.followers.map((id) => ctx.lookupObject(id)));
  return { items: found.filter((actor) => actor && isActor(actor)) };
});
const stored = (kind) => async (ctx, { id }) => {
  const own = book.own[`${origin}/${kind}/${id}`];
  return own && !own.gone ? own.type === "Article" ? Article.fromJsonLd(own.json) : Note.fromJsonLd(own.json) : null;
};
federation.setObjectDispatcher(Note, "/notes/{id}", stored("notes"));
federation.setObjectDispatcher(Article, "/articles/{id}", stored("articles"));
federation.setObjectDispatcher(QuoteAuthorization, "/stamps/{id}", (_, { id }) => {
  const stamp = book.stamps[`${origin}/stamps/${id}`];
  return stamp && !stamp.gone ? QuoteAuthorization.fromJsonLd(stamp.json) : null;
});
federation.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
  software: { name: "fedify-peer", version: { major: 0, minor: 1, patch: 0 } }, protocols: ["activitypub"],
  usage: { users: { total: 1 }, localPosts: 0, localComments: 0 },
}));

const withoutOne = (list, one) => list.filter((other) => other !== one);
const same = (a, b) => a.type === b.type && a.object === b.object && a.actor === b.actor;

function answer(ctx, follow, kind, name = me) {
  const Kind = kind === "Accept" ? Accept : Reject;
  return new Kind({
    id: new URL(`#${kind}/${crypto.randomUUID()}`, ctx.getActorUri(name)), actor: ctx.getActorUri(name),
    // Slim on purpose: an embedded actor confuses some servers.
    object: new Follow({ id: follow.id, actor: follow.actorId, object: follow.objectId }),
  });
}

async function write(object, author) {
  if (object instanceof Note || object instanceof Article) {
    book.objects[object.id.href] = {
      type: object.constructor.name, name: object.name?.toString() ?? null, content: object.content?.toString() ?? "",
      quote: object.quoteUrl?.href ?? object.quoteId?.href ?? null, stamp: object.quoteAuthorizationId?.href ?? null, author,
    };
  } else if (object && isActor(object)) {
    book.names[object.id.href] = object.name?.toString() ?? "";
  }
}

federation.setInboxListeners("/users/{identifier}/inbox", "/inbox")
  .on(Follow, async (ctx, follow) => {
    const who = follow.actorId.href;
    const whom = ctx.parseUri(follow.objectId)?.identifier;
    if (Object.hasOwn(book.others, whom)) {
      book.others[whom].followers = [...withoutOne(book.others[whom].followers, who), who];
      await ctx.sendActivity({ identifier: whom }, await follow.getActor(ctx), answer(ctx, follow, "Accept", whom));
      return keep();
    }
    if (whom !== me) return;
    book.names[who] = (await follow.getActor(ctx))?.name?.toString() ?? "";
    book.requestIds[who] = follow.id.href;
    if (book.byHand) {
      book.requests = [...withoutOne(book.requests, who), who];
    } else {
      book.followers = [...withoutOne(book.followers, who), who];
      await ctx.sendActivity({ identifier: me }, await follow.getActor(ctx), answer(ctx, follow, "Accept"));
    }
    keep();
  })
  .on(Accept, async (ctx, accept) => {
    const who = accept.actorId.href;
    const asked = book.quotes[accept.objectId?.href];
    if (asked) {
      const stamp = accept.resultId?.href;
      // What an Accept says is worth nothing before the stamp itself was read where it lies.
      if (asked?.author === who && stamp && await isStamp(ctx, stamp, asked, who)) Object.assign(asked, { state: "accepted", stamp });
    } else if (book.follows[who]) {
      book.following[who] = "accepted";
    }
    keep();
  })
  .on(Reject, (_, reject) => {
    const asked = book.quotes[reject.objectId?.href];
    if (asked) {
      if (asked.author === reject.actorId.href) asked.state = "rejected";
    }
    else if (book.follows[reject.actorId.href]) book.following[reject.actorId.href] = "rejected";
    keep();
  })
  .on(QuoteRequest, async (ctx, request) => {
    const quote = request.instrumentId.href;
    const asked = { id: request.id.href, by: request.actorId.href, target: request.objectId.href, quote };
    book.asked[quote] = asked;
    if (!book.reviewQuotes) await grant(ctx, asked);
    keep();
  })
  .on(Create, async (ctx, create) => { await write(await create.getObject(ctx), create.actorId.href); keep(); })
  .on(Update, async (ctx, update) => { await write(await update.getObject(ctx), update.actorId.href); keep(); })
  .on(Delete, (_, remove) => {
    const id = remove.objectId?.href;
    if (book.objects[id]?.author === remove.actorId.href) delete book.objects[id];
    for (const asked of Object.values(book.quotes)) {
      if (asked.stamp === id && asked.author === remove.actorId.href) asked.state = "revoked";
    }
    keep();
  })
  .on(Announce, (_, a) => { book.reactions.push({ type: "Announce", actor: a.actorId.href, object: a.objectId.href, id: a.id.href }); keep(); })
  .on(Like, (_, a) => { book.reactions.push({ type: "Like", actor: a.actorId.href, object: a.objectId.href, id: a.id.href }); keep(); })
  .on(Block, (_, block) => { book.blocked_by.push(block.actorId.href); keep(); })
  .on(Move, async (ctx, move) => {
    const [old, target] = [move.objectId.href, move.targetId?.href];
    const named = (await (await ctx.lookupObject(target))?.toJsonLd())?.alsoKnownAs ?? [];
    if (move.actorId.href === old && book.following[old] === "accepted" && [named].flat().includes(old)) {
      book.moved[old] = target;
      await orders.follow(ctx, { actor: target });
      await orders.unfollow(ctx, { actor: old });
    }
    keep();
  })
  .on(Undo, async (ctx, undo) => {
    const undone = await undo.getObject(ctx);
    const who = undo.actorId.href;
    const whom = undone instanceof Follow ? ctx.parseUri(undone.objectId)?.identifier : null;
    if (Object.hasOwn(book.others, whom)) book.others[whom].followers = withoutOne(book.others[whom].followers, who);
    else if (undone instanceof Follow) book.followers = withoutOne(book.followers, who);
    else if (undone instanceof Block) book.blocked_by = withoutOne(book.blocked_by, who);
    else if (undone) {
      const gone = { type: undone.constructor.name, actor: who, object: undone.objectId?.href };
      book.reactions = book.reactions.filter((one) => !same(one, gone));
    }
    keep();
  })
  .on(Activity, (_, activity) => console.log("not kept:", activity.constructor.name, activity.id?.href))
  .onError((_, error) => console.log("listener failed:", error));

// ---- orders

const text = (words) => `<p>${words}</p>`;
const newId = (ctx) => new URL(`#${crypto.randomUUID()}`, ctx.getActorUri(me));

async function compose(ctx, order, id) {
  const mentions = order.mentions ?? [];
  const Kind = order.type === "Article" ? Article : Note;
  return new Kind({
    id, attribution: ctx.getActorUri(me), to: PUBLIC_COLLECTION,
    ccs: [ctx.getFollowersUri(me), ...mentions.map((m) => new URL(m.actor))],
    name: order.title, content: text(order.text + mentions.map((m) => ` ${m.address}`).join("")), mediaType: "text/html",
    tags: mentions.map((m) => new Mention({ href: new URL(m.actor), name: m.address })),
    replyTarget: order.to ? new URL(order.to) : null, published: Temporal.Now.instant(),
    updated: order.edited ? Temporal.Now.instant() : null,
    quote: order.quote ? new URL(order.quote) : null, quoteUrl: order.quote ? new URL(order.quote) : null,
    interactionPolicy: new InteractionPolicy({ canQuote: new InteractionRule({ automaticApproval: PUBLIC_COLLECTION }) }),
  });
}

/** Sends to followers and to the actors named. */
async function publish(ctx, activity, to = []) {
  const people = await Promise.all(to.map((id) => ctx.lookupObject(id)));
  await ctx.sendActivity({ identifier: me }, "followers", activity, { preferSharedInbox: true });
  const others = people.filter((who) => who && isActor(who) && !book.followers.includes(who.id.href));
  if (others.length) await ctx.sendActivity({ identifier: me }, others, activity);
}

const around = (ctx, Kind, object) =>
  new Kind({ id: newId(ctx), actor: ctx.getActorUri(me), object, tos: object.toIds ?? [PUBLIC_COLLECTION], ccs: object.ccIds ?? [] });

const orders = {
  async follow(ctx, { actor }) {
    const who = await ctx.lookupObject(actor);
    if (!isActor(who)) throw new Error(`no actor at ${actor}`);
    const follow = new Follow({ id: newId(ctx), actor: ctx.getActorUri(me), object: who.id });
    book.following[who.id.href] = "pending";
    book.follows[who.id.href] = follow.id.href;
    await ctx.sendActivity({ identifier: me }, who, follow);
  },
  async unfollow(ctx, { actor }) {
    const follow = new Follow({ id: new URL(book.follows[actor]), actor: ctx.getActorUri(me), object: new URL(actor) });
    await ctx.sendActivity({ identifier: me }, await ctx.lookupObject(actor), new Undo({ id: newId(ctx), actor: ctx.getActorUri(me), object: follow }));
    delete book.following[actor];
    delete book.follows[actor];
  },
  approve_by_hand(_, { on }) { book.byHand = on; },
  accept: (ctx, { actor }) => decide(ctx, actor, "Accept"),
  reject: (ctx, { actor }) => decide(ctx, actor, "Reject"),
  async post(ctx, order) {
    const folder = order.type === "Article" ? "articles" : "notes";
    const id = new URL(`/${folder}/${crypto.randomUUID()}`, origin);
    const object = await compose(ctx, order, id);
    book.own[id.href] = { type: order.type ?? "Note", json: await object.toJsonLd(), order };
    await publish(ctx, around(ctx, Create, object), (order.mentions ?? []).map((m) => m.actor));
    return { id: id.href };
  },
  async edit(ctx, { id, text }) {
    const own = book.own[id];
    const object = await compose(ctx, { ...own.order, text, edited: true }, new URL(id));
    own.json = await object.toJsonLd();
    await publish(ctx, around(ctx, Update, object), (own.order.mentions ?? []).map((m) => m.actor));
  },
  async delete(ctx, { id }) {
    book.own[id].gone = true;
    const gone = new Delete({ id: newId(ctx), actor: ctx.getActorUri(me), object: new Tombstone({ id: new URL(id) }), to: PUBLIC_COLLECTION });
    await publish(ctx, gone, (book.own[id].order.mentions ?? []).map((m) => m.actor));
  },
  async react(ctx, { type, id, author }) {
    const Kind = type === "Like" ? Like : Announce;
    const own = newId(ctx);
    book.sent[`${type} ${id}`] = own.href;
    const activity = new Kind({
      id: own, actor: ctx.getActorUri(me), object: new URL(id), to: type === "Like" ? new URL(author) : PUBLIC_COLLECTION,
      ccs: type === "Like" ? [] : [ctx.getFollowersUri(me), new URL(author)], published: Temporal.Now.instant(),
    });
    await publish(ctx, activity, [author]);
  },
  async unreact(ctx, { type, id, author }) {
    const Kind = type === "Like" ? Like : Announce;
    const undone = new Kind({ id: new URL(book.sent[`${type} ${id}`]), actor: ctx.getActorUri(me), object: new URL(id) });
    await publish(ctx, new Undo({ id: newId(ctx), actor: ctx.getActorUri(me), object: undone, to: PUBLIC_COLLECTION }), [author]);
  },
  async rename(ctx, { name }) {
    book.name = name;
    await publish(ctx, new Update({ id: newId(ctx), actor: ctx.getActorUri(me), object: await person(ctx), to: PUBLIC_COLLECTION }));
  },
  rotate() { fs.rmSync(keyFile); },
  /** Publishes a quote and asks for leave at once, as others do. */
  async quote(ctx, order) {
    const { id } = await orders.post(ctx, { text: order.text, quote: order.target });
    const note = await Note.fromJsonLd(book.own[id].json);
    const request = new QuoteRequest({ id: newId(ctx), actor: ctx.getActorUri(me), object: new URL(order.target), instrument: note });
    book.quotes[request.id.href] = { state: "pending", quote: id, target: order.target, author: order.author, stamp: null };
    await ctx.sendActivity({ identifier: me }, await ctx.lookupObject(order.author), request);
    return { id };
  },
  review_quotes(_, { on }) { book.reviewQuotes = on; },
  async answer_quote(ctx, { quote, yes }) {
    const asked = book.asked[quote];
    if (yes) return grant(ctx, asked);
    const no = new Reject({ id: newId(ctx), actor: ctx.getActorUri(me), object: request(asked) });
    await ctx.sendActivity({ identifier: me }, await ctx.lookupObject(asked.by), no);
  },
  async revoke_quote(ctx, { quote }) {
    const { by, stamp } = book.asked[quote];
    book.stamps[stamp].gone = true;
    const gone = new Delete({ id: newId(ctx), actor: ctx.getActorUri(me), object: new URL(stamp), to: PUBLIC_COLLECTION });
    await ctx.sendActivity({ identifier: me }, await ctx.lookupObject(by), gone);
  },
  /** The old account says that it moves (push), or the new one that it takes the old one's place (pull). */
  async move(ctx, { way }) {
    const [old, fresh] = movers[way];
    const [from, to] = [ctx.getActorUri(old), ctx.getActorUri(fresh)];
    book.others[fresh].aliases.push(from.href);
    if (way === "push") book.others[old].movedTo = to.href;
    else book.others[old].aliases.push(to.href);
    const who = way === "push" ? old : fresh;
    const id = new URL(`#${crypto.randomUUID()}`, ctx.getActorUri(who));
    const move = new Move({ id, actor: ctx.getActorUri(who), object: from, target: to, to: PUBLIC_COLLECTION });
    for (const follower of book.others[old].followers) {
      await ctx.sendActivity({ identifier: who }, await ctx.lookupObject(follower), move);
    }
  },
  /** A Create with its proof, as it would be sent. The Note can't be read where it would lie. */
  async prove(ctx, { text: words }) {
    const id = new URL(`/notes/${crypto.randomUUID()}`, origin);
    const create = around(ctx, Create, await compose(ctx, { text: words }, id));
    const nobody = { id: new URL("/nobody", origin), inboxId: new URL("/nobody/inbox", origin) };
    await ctx.sendActivity({ identifier: me }, nobody, create, { immediate: true });
    return { id: id.href, create: raw[id.href] };
  },
  /** Brings what somebody else made to an inbox. */
  async carry(ctx, { inbox, activity }) {
    const carrier = (await ctx.getActorKeyPairs(me)).find((key) => key.privateKey.algorithm.name !== "Ed25519");
    const request = new Request(inbox, {
      method: "POST", headers: { "content-type": "application/activity+json" }, body: JSON.stringify(activity),
    });
    const answer = await fetch(await signRequest(request, carrier.privateKey, carrier.keyId, { spec: firstKnock }));
    return { status: answer.status };
  },
  /** What Fedify makes of the proofs of a Create that came, and of its Note where it lies; and of both tampered with. */
  async check_proofs(ctx, { id }) {
    const create = raw[id];
    const answer = await fetch(id, { headers: { accept: "application/activity+json" } });
    const note = await answer.json();
    const holds = async (Kind, json) => (await verifyObject(Kind, json, ctx)) !== null;
    const other = (json) => ({ ...json, content: `${json.content} and more` });
    return {
      create: await holds(Create, create), note: await holds(Note, note), embedded: await holds(Note, create.object),
      tamperedCreate: await holds(Create, { ...create, object: other(create.object) }),
      tamperedNote: await holds(Note, other(note)),
      unproven: await holds(Note, { ...note, proof: undefined }),
    };
  },
  block: (ctx, { actor }) => blocking(ctx, actor, false),
  unblock: (ctx, { actor }) => blocking(ctx, actor, true),
};

const request = (asked) =>
  new QuoteRequest({ id: new URL(asked.id), actor: new URL(asked.by), object: new URL(asked.target), instrument: new URL(asked.quote) });

async function grant(ctx, asked) {
  asked.stamp = `${origin}/stamps/${crypto.randomUUID()}`;
  const stamp = new QuoteAuthorization({
    id: new URL(asked.stamp), attribution: ctx.getActorUri(me), interactingObject: new URL(asked.quote), interactionTarget: new URL(asked.target),
  });
  book.stamps[asked.stamp] = { json: await stamp.toJsonLd() };
  const yes = new Accept({ id: newId(ctx), actor: ctx.getActorUri(me), object: request(asked), result: new URL(asked.stamp) });
  await ctx.sendActivity({ identifier: me }, await ctx.lookupObject(asked.by), yes);
}

async function isStamp(ctx, id, asked, author) {
  const stamp = await ctx.lookupObject(id);
  return stamp instanceof QuoteAuthorization && stamp.id.href === id && stamp.attributionId?.href === author &&
    stamp.interactingObjectId?.href === asked.quote && stamp.interactionTargetId?.href === asked.target;
}

async function decide(ctx, actor, kind) {
  const follow = new Follow({ id: new URL(book.requestIds[actor]), actor: new URL(actor), object: ctx.getActorUri(me) });
  await ctx.sendActivity({ identifier: me }, await ctx.lookupObject(actor), answer(ctx, follow, kind));
  book.requests = withoutOne(book.requests, actor);
  book.followers = withoutOne(book.followers, actor);
  if (kind === "Accept") book.followers.push(actor);
}

async function blocking(ctx, actor, undo) {
  const id = book.sent[`Block ${actor}`] ?? newId(ctx).href;
  book.sent[`Block ${actor}`] = id;
  const block = new Block({ id: new URL(id), actor: ctx.getActorUri(me), object: new URL(actor) });
  const activity = undo ? new Undo({ id: newId(ctx), actor: ctx.getActorUri(me), object: block }) : block;
  await ctx.sendActivity({ identifier: me }, await ctx.lookupObject(actor), activity);
}

const json = (value, status = 200) => Response.json(value, { status });

async function control(request, path) {
  if (path === "book") return json(book);
  const order = await request.json();
  const ctx = federation.createContext(new URL(origin));
  if (!orders[order.do]) return json({ unsupported: `Has nothing for "${order.do}".` });
  try {
    const said = await orders[order.do](ctx, order);
    keep();
    return json(said ?? {});
  } catch (error) {
    console.log("order failed:", error);
    return json({ error: String(error) }, 500);
  }
}

serve({
  port: 8080, hostname: address,
  fetch: async (request) => {
    const url = new URL(request.url);
    if (request.method === "POST" && !url.pathname.startsWith("/_control/")) {
      const json = await request.clone().json().catch(() => null);
      if (json?.type === "Create" && json.object?.id) raw[json.object.id] = json;
      if (url.pathname === "/nobody/inbox") return new Response(null, { status: 202 });
    }
    if (url.pathname.startsWith("/_control/")) return control(request, url.pathname.slice("/_control/".length));
    return federation.fetch(new Request(origin + url.pathname + url.search, request), { contextData: undefined });
  },
});
process.on("SIGTERM", () => process.exit(0));
