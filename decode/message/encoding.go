package message

import (
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// AMF0 and AMF3 markers that tell how a body begins.
const (
	marker0Number     = 0x00
	marker0String     = 0x02
	marker0LongString = 0x0C
	marker0AVMPlus    = 0x11
	marker3String     = 0x06
)

// encoding says where the values of a command, data or shared object message
// begin and in which version.
type encoding struct {
	start int  // 0, or 1 behind a selector or stray byte
	amf3  bool // values without the 0x11 that should announce AMF3
	token string
}

// encodingOf looks at the first bytes. Types 15 to 17 begin with a selector
// byte 0 and go on in AMF0, switching to AMF3 value by value with 0x11 (RTMP
// Errata and Addenda); real senders leave the selector out, or send AMF3 at
// once. Types 18 to 20 have no such byte, but some senders put it.
func encodingOf(typ uint8, body []byte) encoding {
	if len(body) == 0 {
		return encoding{}
	}
	if typ >= chunk.TypeDataAMF0 {
		if isStrayZero(body) {
			return encoding{start: 1, token: StrayLeadingZero}
		}
		return encoding{}
	}
	switch body[0] {
	case 0:
		return encoding{start: 1}
	case marker0String, marker0LongString, marker0AVMPlus:
		return encoding{token: SelectorMissing}
	case marker3String:
		return encoding{amf3: true, token: SelectorMissing}
	}
	return encoding{token: SelectorUnknown}
}

// isStrayZero reports whether body begins with a zero byte and then a string
// that fits. Read as a number it would be too small to mean anything.
func isStrayZero(body []byte) bool {
	return len(body) >= 4 && body[0] == marker0Number && body[1] == marker0String &&
		4+(int(body[2])<<8|int(body[3])) <= len(body)
}

func (e encoding) decode(body []byte, lim amf.Limits) amf.Result {
	if e.amf3 {
		return amf.Decode3(body, e.start, lim)
	}
	return amf.Decode0(body, e.start, lim)
}

// note reports the encoding as a problem when it is out of order.
func (e encoding) note(p *Parsed) {
	switch e.token {
	case StrayLeadingZero:
		p.problem(e.token, 0, "a zero byte stands before the name, as AMF3 messages have it")
	case SelectorMissing:
		p.problem(e.token, 0, "the format selector byte is missing")
	case SelectorUnknown:
		p.problem(e.token, 0, "the format selector is not 0")
	}
}

// field appends the byte in front of the values, if there is one.
func (e encoding) field(b *field.Builder) {
	if e.start == 0 {
		return
	}
	_, f := b.Uint("format selector", 1)
	f.Note, f.Source = "0: values in AMF0, each AMF3 value behind a byte 0x11", "RTMP Errata and Addenda"
	if e.token == StrayLeadingZero {
		f.Name, f.Bad, f.Note = "stray byte", true, "only AMF3 messages begin with a format selector"
	}
	f.Value = text.Marked("0")
}
