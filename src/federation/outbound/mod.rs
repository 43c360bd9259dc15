//! What goes out: the dispatcher claims due deliveries, signs each attempt anew, sends, and backs off by host.
