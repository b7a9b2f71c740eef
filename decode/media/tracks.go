package media

// EachTrack gives every track of a message to do: of all but the multitrack
// packets of E-RTMP v2 that is the one which t describes. body must be what t was
// parsed from. A payload is a part of it. What cannot be read ends it; a track that is
// longer than the message is given as far as it goes, with Overrun set.
func EachTrack(t Tag, body []byte, do func(t Tag, payload []byte)) {
	do(t, t.Payload(body))
	if t.Multitrack != ManyTracks && t.Multitrack != ManyTracksManyCodecs {
		return
	}
	c := exCursor{p: body, at: min(t.HeaderLen+t.PayloadLen, len(body)), short: t.Short}
	for !c.short && c.at < len(body) {
		t = nextTrack(&c, t)
		if c.short && !t.Overrun {
			return
		}
		do(t, t.Payload(body))
	}
}

// nextTrack reads what stands before the payload of a further track, E-RTMP v2
// "Multitrack": FourCC (when each track has its own), ID, size, and what the codec
// puts before a frame, which the size includes.
func nextTrack(c *exCursor, t Tag) Tag {
	if t.Multitrack == ManyTracksManyCodecs {
		t.FourCC = FourCC(c.num(4))
		t.Codec = t.FourCC.Codec()
	}
	t.Track = uint8(c.num(1))
	end := int(c.num(3))
	end += c.at
	t.CompositionTime = 0
	if t.Video && hasCompositionTime(t.Codec, t.PacketType) {
		t.CompositionTime = int32(c.num(3)<<8) >> 8
	}
	if t.Overrun = end > len(c.p) && !c.short; t.Overrun {
		t.HeaderLen, t.PayloadLen = c.at, len(c.p)-c.at
	}
	if end > len(c.p) || end < c.at {
		c.short = true
		return t
	}
	t.HeaderLen, t.PayloadLen = c.at, end-c.at
	c.at = end
	return t
}
