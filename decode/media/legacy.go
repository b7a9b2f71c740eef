package media

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

const flvAudio, flvVideo = "FLV 10.1 §E.4.2.1", "FLV 10.1 §E.4.3.1"

// soundFormats are the legacy sound formats. 12 is reserved; 13 is reserved too
// but some content networks in China carry Opus under it.
var soundFormats = [16]Codec{
	PCM, ADPCM, MP3, PCMLE, Nellymoser16k, Nellymoser8k, Nellymoser, G711A,
	G711U, UnknownCodec, AAC, Speex, UnknownCodec, Opus, MP38k, DeviceSound,
}

// videoCodecIDs are the legacy codec ids. 12, 13 and 14 are the unofficial
// extension of content networks (CDN-Union "FLV HEVC").
var videoCodecIDs = [16]Codec{
	2: H263, 3: ScreenVideo, 4: VP6, 5: VP6Alpha, 6: ScreenVideo2, 7: AVC,
	12: HEVC, 13: AV1, 14: VVC,
}

var soundRates = [4]uint16{5512, 11025, 22050, 44100}

// impliedRates are the rates of sound formats whose rate bits do not count: the
// format has one rate, which the bits mostly cannot express.
var impliedRates = map[Codec]uint16{
	Nellymoser16k: 16000, Nellymoser8k: 8000, G711A: 8000, G711U: 8000, Speex: 16000, MP38k: 8000,
}

// packetKinds maps AVCPacketType and AACPacketType to a kind.
var packetKinds = [3]Kind{SequenceHeader, Frame, EndOfSequence}

func parseLegacyAudio(body []byte) Tag {
	c := body[0]
	t := Tag{
		Kind: Frame, CodecID: c >> 4, Codec: soundFormats[c>>4],
		SoundRate: soundRates[c>>2&3], SoundBits: 8 << (c >> 1 & 1), SoundChannels: 1 + c&1,
		HeaderLen: 1,
	}
	if t.Codec == AAC {
		parseAACPacketType(&t, body)
	} else if rate := impliedRates[t.Codec]; rate > 0 {
		t.SoundRate = rate
	}
	t.PayloadLen = len(body) - t.HeaderLen
	return t
}

func parseAACPacketType(t *Tag, body []byte) {
	t.Kind = UnknownKind
	if len(body) < 2 {
		t.Short = true
		return
	}
	t.HeaderLen, t.PacketType = 2, body[1]
	if t.PacketType < 2 {
		t.Kind = packetKinds[t.PacketType]
	}
}

func parseLegacyVideo(body []byte) Tag {
	c := body[0]
	t := Tag{
		Video: true, Kind: Frame, HeaderLen: 1,
		CodecID: c & 15, Codec: videoCodecIDs[c&15], FrameType: FrameType(c >> 4),
	}
	t.Key = t.FrameType == KeyFrame || t.FrameType == GeneratedKeyFrame
	switch {
	case t.FrameType == CommandFrame:
		parseVideoCommand(&t, body)
	case hasPacketType(t.Codec):
		parseAVCPacket(&t, body)
	}
	t.PayloadLen = len(body) - t.HeaderLen
	return t
}

// hasPacketType reports whether a legacy tag of c has the AVC packet type and
// composition time; the unofficial codec ids copied that layout.
func hasPacketType(c Codec) bool { return c == AVC || c == HEVC || c == AV1 || c == VVC }

func parseVideoCommand(t *Tag, body []byte) {
	t.Kind = Command
	if len(body) <= t.HeaderLen {
		t.Short = true
		return
	}
	t.VideoCommand = body[t.HeaderLen]
	t.HeaderLen++
}

func parseAVCPacket(t *Tag, body []byte) {
	t.Kind = UnknownKind
	if len(body) < 2 {
		t.Short = true
		return
	}
	t.PacketType, t.HeaderLen = body[1], 2
	if int(t.PacketType) < len(packetKinds) {
		t.Kind = packetKinds[t.PacketType]
	}
	if len(body) < 5 {
		t.Short, t.HeaderLen = true, len(body)
		return
	}
	t.HeaderLen, t.CompositionTime = 5, signed24(body[2:])
}

// signed24 reads the three bytes of a composition time. It is signed: read as
// unsigned, -34 ms becomes 16777182.
func signed24(p []byte) int32 {
	return int32(uint32(p[0])<<24|uint32(p[1])<<16|uint32(p[2])<<8) >> 8
}

// legacyAudioFields appends the tag header of a legacy audio body.
func legacyAudioFields(b *field.Builder, t Tag) {
	b.Source = flvAudio
	bitFields(b, "sound header", 1, func(r *bitReader) {
		r.sym("sound format", 4, func(v int) string { return soundFormats[v].String() })
		r.sym("sound rate", 2, func(v int) string { return fmt.Sprintf("%d Hz", soundRates[v]) })
		r.sym("sound size", 1, func(v int) string { return fmt.Sprintf("%d bits", 8<<v) })
		r.sym("sound type", 1, func(v int) string { return [2]string{"mono", "stereo"}[v] })
	}).Note = soundNote(t)
	if t.Codec != AAC {
		return
	}
	v, f := b.Num("AAC packet type", 1)
	f.Symbol = [3]string{"sequence header", "raw", ""}[min(v, 2)]
	f.Bad = f.Bad || v > 1
}

func soundNote(t Tag) string {
	switch {
	case t.Codec == AAC:
		return "rate, size and type are fixed for AAC; the sequence header tells the truth"
	case impliedRates[t.Codec] > 0:
		return fmt.Sprintf("%s is always %d Hz, whatever the rate says", t.Codec, impliedRates[t.Codec])
	case t.CodecID == 13:
		return "a reserved format that some content networks use for Opus"
	case t.Codec == UnknownCodec:
		return "a reserved sound format"
	}
	return ""
}

// legacyVideoFields appends the tag header of a legacy video body.
func legacyVideoFields(b *field.Builder, t Tag) {
	b.Source = flvVideo
	f := bitFields(b, "video header", 1, func(r *bitReader) {
		r.sym("frame type", 4, func(v int) string { return FrameType(v).String() })
		r.sym("codec id", 4, func(v int) string { return videoCodecIDs[v].String() })
	})
	if t.CodecID >= 12 && t.Codec != UnknownCodec {
		f.Note = "an unofficial codec id that content networks in China introduced"
	}
	switch {
	case t.FrameType == CommandFrame:
		videoCommandField(b)
	case hasPacketType(t.Codec):
		avcPacketFields(b)
	}
}

func videoCommandField(b *field.Builder) {
	v, f := b.Num("video command", 1)
	f.Symbol = [3]string{"start of seek", "end of seek", ""}[min(v, 2)]
	b.Excess("a command frame carries one byte")
}

func avcPacketFields(b *field.Builder) {
	v, f := b.Num("packet type", 1)
	f.Symbol = [4]string{"sequence header", "NAL units", "end of sequence", ""}[min(v, 3)]
	f.Bad = f.Bad || v > 2
	compositionTimeField(b)
}

// compositionTimeField appends a signed 24-bit composition time.
func compositionTimeField(b *field.Builder) {
	f := b.Take("composition time", 3)
	if b.Short {
		return
	}
	v := int(signed24(b.Body[f.Start:]))
	f.Value = field.Number(v) + " ms"
	f.Note = "presentation time minus decoding time"
	if v < 0 {
		f.Note = "negative: the frame would be shown before its decoding time"
	}
}

// sorensonSizes are the picture sizes of H.263 as FLV carries it; 0 and 1 say
// that the size follows in 8 or 16 bits. FLV 10.1 §E.4.3.1 "H263VIDEOPACKET".
var sorensonSizes = [8][2]int{2: {352, 288}, 3: {176, 144}, 4: {128, 96}, 5: {320, 240}, 6: {160, 120}}

func h263Frame(b *field.Builder) Config {
	c := Config{Codec: H263, LengthSize: 0}
	bitFields(b, "H.263 picture", b.Left(), func(r *bitReader) {
		r.u("picture start code", 17)
		r.u("version", 5)
		r.u("temporal reference", 8)
		size := r.u("picture size", 3)
		if size < 2 {
			c.Width, c.Height = r.u("width", 8<<size), r.u("height", 8<<size)
		} else {
			c.Width, c.Height = sorensonSizes[size][0], sorensonSizes[size][1]
		}
		r.sym("picture type", 2, func(v int) string {
			return [4]string{"intra", "inter", "disposable inter", "reserved"}[v]
		})
		r.rest("coded picture")
	})
	return c
}

func screenFrame(b *field.Builder, codec Codec) Config {
	c := Config{Codec: codec}
	bitFields(b, "screen video size", 4, func(r *bitReader) {
		r.u("block width / 16 - 1", 4)
		c.Width = r.u("image width", 12)
		r.u("block height / 16 - 1", 4)
		c.Height = r.u("image height", 12)
	})
	b.Rest("blocks")
	return c
}

func vp6Frame(b *field.Builder, alpha bool) {
	bitFields(b, "VP6 adjustment", 1, func(r *bitReader) {
		r.u("horizontal adjustment", 4)
		r.u("vertical adjustment", 4)
	})
	if alpha {
		b.Num("offset to alpha", 3)
	}
	b.Rest("coded picture")
}
