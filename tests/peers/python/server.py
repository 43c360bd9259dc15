"""A server on pubby for the matrix of tests/peers: pubby speaks, signs and verifies; this file keeps a book of what came
in, and does what its control address is told. It takes its orders over plain http on its own loopback address.

Environment: PEER_HOST (its name), PEER_ADDRESS, PEER_DATA (a folder: keys and the book outlive a restart).
"""

import json
import logging
import os
import threading
import urllib.request
import uuid
from datetime import datetime, timezone

import uvicorn
from fastapi import Body, FastAPI
from fastapi.responses import JSONResponse
from pubby import ActivityPubHandler, FollowPolicy, Object, accept_follow_request, reject_follow_request
from pubby.crypto import export_private_key_pem, generate_rsa_keypair
from pubby.quotes import FEP_044F_CONTEXT, PUBLIC_QUOTE_POLICY, extract_quote_target, set_quote_target
from pubby.server.adapters.fastapi import bind_activitypub
from pubby.storage.adapters.db import init_db_storage

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")

HOST, ADDRESS, DATA = (os.environ[name] for name in ("PEER_HOST", "PEER_ADDRESS", "PEER_DATA"))
ORIGIN = f"https://{HOST}"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
CONTEXT = "https://www.w3.org/ns/activitystreams"
KEY = f"{DATA}/key.pem"
BOOK = f"{DATA}/book.json"
ACTORS = ("Application", "Group", "Organization", "Person", "Service")

if not os.path.exists(KEY):
    with open(KEY, "w") as file:
        file.write(export_private_key_pem(generate_rsa_keypair()[0]))

lock = threading.RLock()
book = {"name": "paul", "by_hand": False, "following": {}, "follows": {}, "objects": {}, "reactions": [], "names": {},
        "blocked_by": [], "own": {}, "sent": {}, "moved": {}, "quotes": {}, "asked": {}}
if os.path.exists(BOOK):
    with open(BOOK) as file:
        book = json.load(file)


def keep():
    with lock, open(BOOK, "w") as file:
        json.dump(book, file, indent=1)


def id_of(value):
    return value.get("id") if isinstance(value, dict) else value


def read(url):
    """A document as it lies at its address."""
    asked = urllib.request.Request(url, headers={"Accept": "application/activity+json"})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        return json.load(answer)


def is_stamp(url, asked):
    """What an Accept says is worth nothing before the stamp itself was read where it lies."""
    if not url:
        return False
    stamp = read(url)
    return (stamp.get("type"), stamp.get("id"), stamp.get("attributedTo"), stamp.get("interactingObject"),
            stamp.get("interactionTarget")) == ("QuoteAuthorization", url, asked["author"], asked["quote"], asked["target"])


def came_in(activity, raw):
    """Called by pubby for each activity whose signature it has verified, before its own handling."""
    with lock:
        who, thing = raw["actor"], raw.get("object")
        if activity.type in ("Create", "Update") and isinstance(thing, dict):
            if thing.get("type") in ACTORS:
                if thing.get("id") == who:
                    storage.cache_remote_actor(who, thing)
                    book["names"][who] = thing.get("name", "")
            else:
                book["objects"][thing["id"]] = {
                    "type": thing.get("type"), "name": thing.get("name"), "content": thing.get("content", ""),
                    "quote": extract_quote_target(thing), "stamp": thing.get("quoteAuthorization"), "author": who}
        elif activity.type == "Delete":
            if book["objects"].get(id_of(thing), {}).get("author") == who:
                del book["objects"][id_of(thing)]
            for asked in book["quotes"].values():
                if asked.get("stamp") == id_of(thing) and asked["author"] == who:
                    asked["state"] = "revoked"
        elif activity.type in ("Accept", "Reject") and id_of(thing) in book["quotes"]:
            asked = book["quotes"][id_of(thing)]
            if asked["author"] == who and activity.type == "Reject":
                asked["state"] = "rejected"
            elif asked["author"] == who and is_stamp(raw.get("result"), asked):
                asked.update(state="accepted", stamp=raw["result"])
        elif activity.type == "QuoteRequest":
            book["asked"][id_of(raw.get("instrument"))] = {"id": raw["id"], "by": who, "target": id_of(thing)}
        elif activity.type in ("Like", "Announce"):
            book["reactions"].append({"type": activity.type, "actor": who, "object": id_of(thing), "id": raw.get("id")})
        elif activity.type == "Block":
            book["blocked_by"].append(who)
        elif activity.type == "Move":
            old, target = id_of(thing), raw.get("target")
            named = read(target).get("alsoKnownAs") or []
            if who == old and old in book["follows"] and old in named:
                book["moved"][old] = target
                follow({"actor": target})
                unfollow({"actor": old})
        elif activity.type == "Undo" and isinstance(thing, dict):
            gone = (thing.get("type"), who, id_of(thing.get("object")))
            book["reactions"] = [one for one in book["reactions"] if (one["type"], one["actor"], one["object"]) != gone]
            if thing.get("type") == "Block" and who in book["blocked_by"]:
                book["blocked_by"].remove(who)
        keep()


def follow_answered(target, accepted):
    with lock:
        if target in book["follows"]:
            book["following"][target] = "accepted" if accepted else "rejected"
        keep()


storage = init_db_storage(f"sqlite:///{DATA}/pubby.db")
handler = ActivityPubHandler(
    storage=storage, actor_config={"base_url": ORIGIN, "username": "paul", "name": book["name"]}, private_key_path=KEY,
    allow_private_targets=True, on_activity=came_in, on_follow_response=follow_answered,
    follow_policy=lambda *_: FollowPolicy.MANUAL if book["by_hand"] else FollowPolicy.ACCEPT)
app = FastAPI()
bind_activitypub(app, handler)


def now():
    return datetime.now(timezone.utc)


def activity(kind, thing, to, cc=()):
    return {"@context": CONTEXT, "id": f"{handler.actor_id}/activities/{uuid.uuid4()}", "type": kind,
            "actor": handler.actor_id, "published": now().isoformat(), "to": list(to), "cc": list(cc), "object": thing}


def compose(order, url):
    mentions = order.get("mentions") or []
    content = order["text"] + "".join(f" {one['address']}" for one in mentions)
    return Object(
        id=url, type=order.get("type") or "Note", name=order.get("title"), content=f"<p>{content}</p>", url=url,
        attributed_to=handler.actor_id, in_reply_to=order.get("to"), published=now(),
        updated=now() if order.get("edited") else None, to=[PUBLIC], interaction_policy=PUBLIC_QUOTE_POLICY,
        cc=[handler.followers_url, *(one["actor"] for one in mentions)],
        tag=[{"type": "Mention", "href": one["actor"], "name": one["address"]} for one in mentions])


def follow(order):
    sent = activity("Follow", order["actor"], [order["actor"]])
    with lock:
        book["follows"][order["actor"]] = sent["id"]
        book["following"][order["actor"]] = "pending"
    handler.publish_activity(sent)


def unfollow(order):
    with lock:
        book["following"].pop(order["actor"], None)
        undone = {"id": book["follows"].pop(order["actor"]), "type": "Follow", "actor": handler.actor_id,
                  "object": order["actor"]}
    handler.publish_activity(activity("Undo", undone, [order["actor"]]))


def approve_by_hand(order):
    book["by_hand"] = order["on"]


def requests():
    return [one for one in storage.get_follow_requests() if one.target_actor_id == handler.actor_id]


def decide(order, answer):
    for request in requests():
        if request.actor_id == order["actor"]:
            answer(storage, request, actor_id=handler.actor_id, key_id=handler.key_id, private_key=handler._private_key)


def post(order):
    thing = compose(order, f"{ORIGIN}/objects/{uuid.uuid4()}")
    with lock:
        book["own"][thing.id] = {"order": order, "json": thing.to_dict()}
    handler.publish_object(thing)
    return {"id": thing.id}


def edit(order):
    own = book["own"][order["id"]]
    thing = compose({**own["order"], "text": order["text"], "edited": True}, order["id"])
    own["json"] = thing.to_dict()
    handler.publish_object(thing, "Update")


def delete(order):
    own = book["own"].pop(order["id"])
    sent = handler.outbox.build_delete_activity(order["id"])
    sent["cc"] = own["json"]["cc"]
    handler.publish_activity(sent)


def react(order):
    build = handler.outbox.build_like_activity if order["type"] == "Like" else handler.outbox.build_announce_activity
    sent = build(order["id"])
    sent["to"] = [*sent["to"], order["author"]]
    with lock:
        book["sent"][f"{order['type']} {order['id']}"] = sent
    handler.publish_activity(sent)


def unreact(order):
    sent = handler.outbox.build_undo_activity(book["sent"].pop(f"{order['type']} {order['id']}"))
    handler.publish_activity(sent)


def rename(order):
    book["name"] = handler.actor_name = order["name"]
    handler.publish_actor_update()


def quote(order):
    """Publishes a quote and asks for leave at once, as others do."""
    thing = compose(order, f"{ORIGIN}/objects/{uuid.uuid4()}")
    note = {**set_quote_target(thing.to_dict(), order["target"]), "@context": FEP_044F_CONTEXT}
    request = handler.outbox.build_quote_request_activity(order["target"], note, order["author"])
    with lock:
        book["own"][thing.id] = {"order": order, "json": note}
        book["quotes"][request["id"]] = {
            "state": "pending", "quote": thing.id, "target": order["target"], "author": order["author"], "stamp": None}
    handler.publish_activity(activity("Create", note, [PUBLIC], [handler.followers_url]))
    handler.publish_activity(request)
    return {"id": thing.id}


def rotate(_):
    os.remove(KEY)


def block(order):
    sent = activity("Block", order["actor"], [order["actor"]])
    with lock:
        book["sent"][f"Block {order['actor']}"] = sent
    handler.publish_activity(sent)


def unblock(order):
    handler.publish_activity(handler.outbox.build_undo_activity(book["sent"].pop(f"Block {order['actor']}")))


orders = {
    "follow": follow, "unfollow": unfollow, "approve_by_hand": approve_by_hand,
    "accept": lambda order: decide(order, accept_follow_request),
    "reject": lambda order: decide(order, reject_follow_request),
    "post": post, "edit": edit, "delete": delete, "react": react, "unreact": unreact, "rename": rename, "rotate": rotate,
    "block": block, "unblock": unblock, "quote": quote,
}


@app.get("/objects/{name}")
def own_object(name: str):
    own = book["own"].get(f"{ORIGIN}/objects/{name}")
    if own is None:
        return JSONResponse({}, status_code=404)
    return JSONResponse({"@context": CONTEXT, **own["json"]}, media_type="application/activity+json")


@app.get("/_control/book")
def show_book():
    with lock:
        followers = [one.actor_id for one in storage.get_followers(actor_id=handler.actor_id)]
        return {**book, "followers": followers, "requests": [one.actor_id for one in requests()]}


@app.post("/_control/order")
def take_order(order: dict = Body()):
    if order["do"] not in orders:
        return {"unsupported": f"Has nothing for \"{order['do']}\"."}
    said = orders[order["do"]](order)
    keep()
    return said or {}


uvicorn.run(app, host=ADDRESS, port=8080, log_level="info")
