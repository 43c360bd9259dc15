//! Images: decoded with limits, re-encoded so that nothing of the camera or the person stays in them.
