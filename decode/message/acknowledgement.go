package message

// acknowledgementFields shows an Acknowledgement, RTMP 1.0 §5.4.3.
func acknowledgementFields(b *builder) {
	b.src = "RTMP 1.0 §5.4.3"
	_, f := b.num("sequence number", 4)
	if !b.short {
		f.Note = "bytes received so far, modulo 2^32; some servers wrap at 0xF0000000 or send increments"
	}
	b.excess("the message is 4 bytes long")
}
