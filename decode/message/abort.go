package message

// abortFields shows an Abort Message, RTMP 1.0 §5.4.2.
func abortFields(b *builder) {
	b.src = "RTMP 1.0 §5.4.2"
	_, f := b.num("chunk stream id", 4)
	if !b.short {
		f.Note = "drop the message that is being received on this chunk stream; its chunk header state stays"
	}
	b.excess("the message is 4 bytes long")
}
