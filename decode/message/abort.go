package message

import "github.com/rtmpscope/rtmpscope/decode/field"

// abortFields shows an Abort Message, RTMP 1.0 §5.4.2.
func abortFields(b *field.Builder) {
	b.Source = "RTMP 1.0 §5.4.2"
	_, f := b.Uint("chunk stream id", 4)
	if !b.Short {
		f.Note = "drop the message that is being received on this chunk stream; its chunk header state stays"
	}
	b.Excess("the message is 4 bytes long")
}
