"""Serves the tester verify_actor of fediverse-pasture: PEER_HOST is its name, PEER_ADDRESS where it listens."""

import os

from fediverse_pasture.verify_actor import build_app

app = build_app(only_generate_config=False, domain=os.environ["PEER_HOST"], https=True, timeout=20)
app.run(host=os.environ["PEER_ADDRESS"], port=8080)
