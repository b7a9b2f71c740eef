package message

import "github.com/rtmpscope/rtmpscope/decode/field"

// acknowledgementFields shows an Acknowledgement, RTMP 1.0 §5.4.3.
func acknowledgementFields(b *field.Builder) {
	b.Source = "RTMP 1.0 §5.4.3"
	_, f := b.Uint("sequence number", 4)
	if !b.Short {
		f.Note = "bytes received so far, modulo 2^32; some servers wrap at 0xF0000000 or send increments"
	}
	b.Excess("the message is 4 bytes long")
}
