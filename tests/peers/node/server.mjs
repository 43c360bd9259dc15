// A server on Fedify for the matrix of tests/peers: Fedify speaks, signs and verifies; this file keeps a book of what
// came in, and does what its control address is told. It takes its orders over plain http on its own loopback address.
//
// Environment: PEER_HOST (its name), PEER_ADDRESS, PEER_DATA (a folder: keys and the book outlive a restart), FIRST_KNOCK.
import { createFederation, exportJwk, generateCryptoKeyPair, importJwk, InProcessMessageQueue, MemoryKvStore } from "@fedify/fedify";
import {
  Accept, Activity, Announce, Article, Block, Create, Delete, Endpoints, Follow, isActor, Like, Mention, Move, Note, Person,
  PUBLIC_COLLECTION, QuoteRequest, Reject, Tombstone, Undo, Update,
} from "@fedify/vocab";
import { serve } from "@hono/node-server";
import { Temporal } from "@js-temporal/polyfill";
import { configure, getConsoleSink } from "@logtape/logtape";
import fs from "node:fs";

const { PEER_HOST: host, PEER_ADDRESS: address, PEER_DATA: data, FIRST_KNOCK: firstKnock } = process.env;
const origin = `https://${host}`;
const me = "bob";

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
  follows: {}, own: {}, sent: {}, quotes: {}, moved: {}, requestIds: {},
};
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

federation.setActorDispatcher("/users/{identifier}", (ctx, id) => id === me ? person(ctx) : null)
  .setKeyPairsDispatcher((_, id) => id === me ? keyPairs() : []);
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
federation.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
  software: { name: "fedify-peer", version: { major: 0, minor: 1, patch: 0 } }, protocols: ["activitypub"],
  usage: { users: { total: 1 }, localPosts: 0, localComments: 0 },
}));

const withoutOne = (list, one) => list.filter((other) => other !== one);
const same = (a, b) => a.type === b.type && a.object === b.object && a.actor === b.actor;

function answer(ctx, follow, kind) {
  const Kind = kind === "Accept" ? Accept : Reject;
  return new Kind({
    id: new URL(`#${kind}/${crypto.randomUUID()}`, ctx.getActorUri(me)), actor: ctx.getActorUri(me),
    // Slim on purpose: an embedded actor confuses some servers.
    object: new Follow({ id: follow.id, actor: follow.actorId, object: follow.objectId }),
  });
}

async function write(object, author) {
  if (object instanceof Note || object instanceof Article) {
    book.objects[object.id.href] = {
      type: object.constructor.name, name: object.name?.toString() ?? null, content: object.content?.toString() ?? "",
      quote: object.quoteUrl?.href ?? object.quoteId?.href ?? null, author,
    };
  } else if (object && isActor(object)) {
    book.names[object.id.href] = object.name?.toString() ?? "";
  }
}

federation.setInboxListeners("/users/{identifier}/inbox", "/inbox")
  .on(Follow, async (ctx, follow) => {
    const who = follow.actorId.href;
    if (follow.objectId?.href !== ctx.getActorUri(me).href) return;
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
    const object = await accept.getObject(ctx);
    const who = accept.actorId.href;
    if (object instanceof QuoteRequest || book.quotes[accept.objectId?.href]) {
      const request = object?.id?.href ?? accept.objectId.href;
      if (book.quotes[request]) book.quotes[request] = { state: "accepted", stamp: accept.resultId?.href ?? null };
    } else if (book.follows[who]) {
      book.following[who] = "accepted";
    }
    keep();
  })
  .on(Reject, async (ctx, reject) => {
    const object = await reject.getObject(ctx);
    const request = object?.id?.href ?? reject.objectId?.href;
    if (book.quotes[request]) book.quotes[request] = { state: "rejected", stamp: null };
    else if (book.follows[reject.actorId.href]) book.following[reject.actorId.href] = "rejected";
    keep();
  })
  .on(Create, async (ctx, create) => { await write(await create.getObject(ctx), create.actorId.href); keep(); })
  .on(Update, async (ctx, update) => { await write(await update.getObject(ctx), update.actorId.href); keep(); })
  .on(Delete, (_, remove) => {
    const id = remove.objectId?.href;
    if (book.objects[id]?.author === remove.actorId.href) delete book.objects[id];
    keep();
  })
  .on(Announce, (_, a) => { book.reactions.push({ type: "Announce", actor: a.actorId.href, object: a.objectId.href, id: a.id.href }); keep(); })
  .on(Like, (_, a) => { book.reactions.push({ type: "Like", actor: a.actorId.href, object: a.objectId.href, id: a.id.href }); keep(); })
  .on(Block, (_, block) => { book.blocked_by.push(block.actorId.href); keep(); })
  .on(Move, (_, move) => { book.moved[move.objectId.href] = move.targetId?.href; keep(); })
  .on(Undo, async (ctx, undo) => {
    const undone = await undo.getObject(ctx);
    const who = undo.actorId.href;
    if (undone instanceof Follow) book.followers = withoutOne(book.followers, who);
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
  block: (ctx, { actor }) => blocking(ctx, actor, false),
  unblock: (ctx, { actor }) => blocking(ctx, actor, true),
};

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
  fetch: (request) => {
    const url = new URL(request.url);
    if (url.pathname.startsWith("/_control/")) return control(request, url.pathname.slice("/_control/".length));
    return federation.fetch(new Request(origin + url.pathname + url.search, request), { contextData: undefined });
  },
});
process.on("SIGTERM", () => process.exit(0));
