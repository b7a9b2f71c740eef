package capture

// Around is what the protocol around RTMP said in an Outer record. Exactly one
// of its fields is set.
type Around struct {
	// Poll is true when the client of a tunnel (RTMPT) asked the server for bytes
	// and sent none: with /open, which comes first, or with /idle.
	Poll bool
	// Alert is the description of a TLS alert (RFC 8446 §6) that was read with a
	// key log; its sender is that of the record. Alerts in clear are among the
	// bytes of a connection that is told as it is. 0, close_notify, is not told.
	Alert uint8
}

// outer tells what a packet says of the protocol around the connection.
func (f *flow) outer(fromServer bool) {
	h := &f.half[index(fromServer)]
	if h.finSent || h.rstSent {
		return
	}
	f.emit(&Record{Kind: Outer, FromServer: fromServer, Offset: h.off, Around: Around(*f.reader.packet.around)})
}
