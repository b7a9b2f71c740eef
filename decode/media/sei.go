package media

import (
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// maxSEIText bounds the text shown of one SEI payload.
const maxSEIText = 512

var seiNames = map[int]string{
	0: "buffering period", 1: "picture timing", 2: "pan-scan rectangle", 3: "filler payload",
	4: "user data registered by T.35", 5: "user data unregistered", 6: "recovery point",
	19: "film grain characteristics", 45: "frame packing arrangement", 47: "display orientation",
	128: "structure of pictures", 129: "active parameter sets", 130: "decoding unit info",
	132: "decoded picture hash", 136: "time code", 137: "mastering display colour volume",
	144: "content light level", 147: "alternative transfer characteristics", 148: "ambient viewing environment",
}

// x264UUID marks the text in which x264 writes its version and settings.
const x264UUID = "dc45e9bde6d948b7962cd820d923eeef"

// seiUnit appends an SEI NAL unit of n bytes: messages of payload type, payload
// size and payload. H.264 §7.3.2.3, H.265 §7.3.2.4, H.266 §7.3.2.13.
func seiUnit(b *field.Builder, n int, codec Codec, known *Config) {
	f := rbsp(b, "SEI", n, func(r *bitReader) {
		switch codec {
		case AVC:
			avcNALHeader(r)
		case HEVC:
			hevcNALHeader(r)
		default:
			vvcNALHeader(r)
		}
		for count := 0; r.left() > 8 && r.more() && count < maxUnits; count++ {
			seiMessage(r, codec, known)
		}
		r.rest("rbsp_trailing_bits")
	})
	f.Symbol = "SEI"
	f.Source = seiSources[codec]
	for i := range f.Children {
		if c := &f.Children[i]; c.Name == seiPayload {
			f.Note = appendWord(f.Note, c.Symbol)
		}
	}
}

// appendWord appends a word to a list of words.
func appendWord(list, word string) string {
	if list == "" || word == "" {
		return list + word
	}
	return list + ", " + word
}

const seiPayload = "payload"

var seiSources = map[Codec]string{AVC: "H.264 annex D", HEVC: "H.265 annex D", VVC: "H.274 §8"}

func seiMessage(r *bitReader, codec Codec, known *Config) {
	kind, f := seiVarint(r, "payload type")
	f.Symbol = seiNames[kind]
	size, _ := seiVarint(r, "payload size")
	if !r.more() || size == 0 {
		return
	}
	parts := *r // the payload once more, value by value
	parts.out = nil
	data := make([]byte, 0, min(size, maxSEIText))
	p := r.as(seiPayload, func() {
		for i := 0; i < size && r.more(); i++ {
			c := byte(r.raw(8))
			if len(data) < maxSEIText {
				data = append(data, c)
			}
		}
	})
	p.Symbol = seiNames[kind]
	describeSEI(p, kind, data)
	codes, ok := timedSEI(&parts, kind, codec, known)
	if !ok || parts.used > r.used {
		return
	}
	if p.Children = parts.out; len(codes) > 0 {
		p.Value = text.Marked(strings.Join(codes, ", "))
	}
}

// seiVarint reads a value coded as a run of 0xFF bytes and a last one.
func seiVarint(r *bitReader, name string) (int, *field.Field) {
	v := 0
	f := r.as(name, func() {
		for r.more() && v < 1<<24 {
			c := int(r.raw(8))
			if v += c; c != 255 {
				return
			}
		}
	})
	f.Value = field.Number(v)
	return v, f
}

func describeSEI(f *field.Field, kind int, data []byte) {
	switch {
	case kind == 5 && len(data) >= 16:
		uuid := fmt.Sprintf("%x", data[:16])
		f.Value = field.Quoted(string(trimZero(data[16:])))
		f.Note = "UUID " + uuid
		if uuid == x264UUID {
			f.Note = "x264 version and settings"
		}
	case kind == 4:
		describeT35(f, data)
	default:
		f.Value = text.Marked(fmt.Sprintf("%x", data[:min(len(data), 32)]))
	}
}

// describeT35 recognises captions: United States, ATSC, "GA94", cc_data.
// ATSC A/53 part 4 §6.2.3.
func describeT35(f *field.Field, data []byte) {
	f.Value = field.ByteCount(len(data))
	if len(data) < 10 || data[0] != 0xb5 {
		return
	}
	provider := int(data[1])<<8 | int(data[2])
	f.Note = fmt.Sprintf("country 0xb5, provider 0x%04x", provider)
	if provider != 0x31 || string(data[3:7]) != "GA94" || data[7] != 3 {
		return
	}
	c608, c708 := countCaptions(data[10:min(len(data), 10+3*int(data[8]&31))])
	f.Symbol = "captions"
	f.Value = text.Marked(fmt.Sprintf("%d CEA-608 pairs, %d CEA-708 pairs", c608, c708))
	f.Note = "GA94 cc_data"
}

// countCaptions counts the valid byte pairs of each kind in cc_data.
func countCaptions(p []byte) (c608, c708 int) {
	for ; len(p) >= 3; p = p[3:] {
		switch {
		case p[0]&4 == 0:
		case p[0]&3 < 2:
			c608++
		default:
			c708++
		}
	}
	return c608, c708
}

func trimZero(p []byte) []byte {
	for len(p) > 0 && p[len(p)-1] == 0 {
		p = p[:len(p)-1]
	}
	return p
}
