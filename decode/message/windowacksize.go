package message

import "github.com/rtmpscope/rtmpscope/decode/field"

func (p *Parsed) windowAckSize() {
	if p.Value == 0 {
		p.problem(ZeroValue, 0, "a window of 0 asks for an acknowledgement of every byte")
	}
}

// windowAckSizeFields shows a Window Acknowledgement Size, RTMP 1.0 §5.4.4.
func windowAckSizeFields(b *field.Builder) {
	b.Source = "RTMP 1.0 §5.4.4"
	v, f := b.Uint("acknowledgement window size", 4)
	if b.Short {
		return
	}
	f.Note = "the peer is to acknowledge each time it has received this many bytes"
	f.Bad = v == 0
	b.Excess("the message is 4 bytes long")
}
