package media

// exAudioFormat is the sound format that announces an E-RTMP audio header.
const exAudioFormat = 9

// The E-RTMP packet types. Audio and video share the numbers but 3, 4 and 5/6.
const (
	exSequenceStart = 0
	exCodedFrames   = 1
	exSequenceEnd   = 2
	exCodedFramesX  = 3
	exMetadata      = 4 // video; audio: multichannel config
	exMPEG2TSStart  = 5 // video; audio: multitrack
	exMultitrack    = 6 // video
	exModEx         = 7
)

var exVideoKinds = [16]Kind{
	exSequenceStart: SequenceHeader, exCodedFrames: Frame, exSequenceEnd: EndOfSequence,
	exCodedFramesX: Frame, exMetadata: Metadata, exMPEG2TSStart: MPEG2TSSequence,
}

var exAudioKinds = [16]Kind{
	exSequenceStart: SequenceHeader, exCodedFrames: Frame, exSequenceEnd: EndOfSequence,
	exMetadata: MultichannelConfig,
}

var exVideoPackets = [16]string{
	"SequenceStart", "CodedFrames", "SequenceEnd", "CodedFramesX", "Metadata",
	"MPEG2TSSequenceStart", "Multitrack", "ModEx",
}

var exAudioPackets = [16]string{
	0: "SequenceStart", 1: "CodedFrames", 2: "SequenceEnd", 4: "MultichannelConfig", 5: "Multitrack", 7: "ModEx",
}

// exCursor reads an ex header without recording fields.
type exCursor struct {
	p     []byte
	at    int
	short bool
}

func (c *exCursor) num(n int) uint32 {
	if c.short || c.at+n > len(c.p) {
		c.short, c.at = true, len(c.p)
		return 0
	}
	v := uint32(0)
	for _, x := range c.p[c.at : c.at+n] {
		v = v<<8 | uint32(x)
	}
	c.at += n
	return v
}

func parseExVideo(body []byte) Tag {
	first := body[0]
	t := Tag{Video: true, Enhanced: true, FrameType: FrameType(first >> 4 & 7), PacketType: first & 15}
	t.Key = t.FrameType == KeyFrame || t.FrameType == GeneratedKeyFrame
	c := exCursor{p: body, at: 1}
	parseModEx(&c, &t)
	if t.PacketType != exMetadata && t.FrameType == CommandFrame {
		t.HeaderLen, t.Short = c.at, c.short
		parseVideoCommand(&t, body)
		t.PayloadLen = len(body) - t.HeaderLen
		return t
	}
	parseTrackHead(&c, &t, exMultitrack)
	t.Kind = exVideoKinds[t.PacketType]
	if hasCompositionTime(t.Codec, t.PacketType) {
		t.CompositionTime = int32(c.num(3)<<8) >> 8
	}
	return closeEx(&c, t)
}

func parseExAudio(body []byte) Tag {
	t := Tag{Enhanced: true, CodecID: exAudioFormat, PacketType: body[0] & 15}
	c := exCursor{p: body, at: 1}
	parseModEx(&c, &t)
	parseTrackHead(&c, &t, exMPEG2TSStart)
	t.Kind = exAudioKinds[t.PacketType]
	return closeEx(&c, t)
}

// hasCompositionTime reports whether an E-RTMP packet has a composition time:
// only CodedFrames of the codecs with B frames; CodedFramesX implies 0.
func hasCompositionTime(c Codec, packet uint8) bool {
	return packet == exCodedFrames && (c == AVC || c == HEVC || c == VVC)
}

func parseModEx(c *exCursor, t *Tag) {
	for t.PacketType == exModEx && !c.short {
		n := int(c.num(1)) + 1
		if n == 256 {
			n = int(c.num(2)) + 1
		}
		at := c.at
		c.skip(n)
		next := c.num(1)
		if c.short {
			return
		}
		t.NanoShort = t.NanoShort || next>>4 == 0 && n < 3
		if next>>4 == 0 && n >= 3 {
			t.NanoOffset = uint32(c.p[at])<<16 | uint32(c.p[at+1])<<8 | uint32(c.p[at+2])
		}
		t.PacketType = uint8(next & 15)
	}
}

func (c *exCursor) skip(n int) {
	if c.short || n > len(c.p)-c.at {
		c.short, c.at = true, len(c.p)
		return
	}
	c.at += n
}

// parseTrackHead reads what stands between the packet type and the payload:
// the multitrack byte, FourCC, track id and track size.
func parseTrackHead(c *exCursor, t *Tag, multitrack uint8) {
	if t.PacketType != multitrack {
		t.FourCC = FourCC(c.num(4))
		t.Codec = t.FourCC.Codec()
		t.PayloadLen = -1
		return
	}
	v := c.num(1)
	t.Multitrack = min(Multitrack(v>>4)+1, UnknownMultitrack)
	t.PacketType = uint8(v & 15)
	t.FourCC = FourCC(c.num(4))
	t.Codec = t.FourCC.Codec()
	t.Track = uint8(c.num(1))
	t.PayloadLen = -1
	if t.Multitrack == ManyTracks || t.Multitrack == ManyTracksManyCodecs {
		size := int(c.num(3))
		t.PayloadLen = c.at + size
	}
}

// closeEx sets the lengths. PayloadLen holds -1 or where the first track ends.
func closeEx(c *exCursor, t Tag) Tag {
	t.HeaderLen, t.Short = c.at, c.short
	end := len(c.p)
	if t.PayloadLen >= 0 && t.PayloadLen < end {
		end = t.PayloadLen
	}
	t.Overrun = t.PayloadLen > end && !c.short
	if c.short || end < c.at {
		t.Short, end = true, c.at
	}
	if c.short {
		t.Kind = UnknownKind
	}
	t.PayloadLen = end - c.at
	return t
}
