// Package capture is what was kept of connections: the words for it, and reading it
// back, while it still grows or long after.
//
// A recorder (package record) appends [Record]s to a pcapng file that Wireshark,
// tshark and tcpdump open as it is: each record is a TCP segment with a synthetic IP
// and TCP header (LINKTYPE_RAW). A [Reader] turns a [source.Source] back into records: a
// finished file ([File]), the file a recorder is writing ([source.Growing]), or bytes
// in memory ([source.Memory]). There is one code path for all of them, and the same
// path imports what somebody else captured: pcapng or classic pcap, packed with
// gzip or zstd or coming as a stream ([OpenFile]), from Ethernet, Linux cooked,
// BSD loopback or raw IP, in VLANs and tunnels, through reassembly of fragments
// and of TCP. RTMP is recognised by its content; out of TLS it is read with the
// secrets of a key log, out of HTTP (RTMPT) by taking requests and answers apart.
// A [Mark] names a place from which one connection can be read again.
//
// Connections are numbered from 1 in the order in which they are told, which is
// the order of opening for a recording, and of recognition for a capture of
// others. Of a recording whose first segments were removed, the numbers count
// from the first connection that is there. A [Note] stands in the file, at the
// byte of a connection; package edit writes notes to captures that are finished.
//
// The package writes nothing, does not understand RTMP, does not decide which
// connections are interesting, and never invents a byte: what is missing is a [Gap].
package capture

import (
	"net/netip"
	"time"
)

// Kind says what a [Record] is.
type Kind uint8

// The kinds of record.
const (
	// Opened is the first record of a connection.
	Opened Kind = iota + 1
	// Data is bytes of one direction.
	Data
	// Gap is bytes of one direction that were sent but are not in the capture.
	Gap
	// Fin is the orderly end of one direction.
	Fin
	// Reset is the abortive end of a connection, as sent by one side.
	Reset
	// Noted is a note that a person wrote, where it stands in the file: it is
	// not part of any connection. A Reader that began at a mark tells none.
	Noted
	// Beat says that time has passed without a record: no open connection will
	// have one older than its Time. It belongs to no connection. Only recordings
	// have beats, and a Reader that began at a mark tells none.
	Beat
	// Held says that the receiver of one direction takes nothing, while bytes
	// wait for it, or that it takes something again. Only recordings have it,
	// because the relay alone knows what it could not write.
	Held
	// Edited says that the relay changed what one side sent, where and how: what
	// the records of data hold is what was sent. Only recordings have it.
	Edited
	// Outer says something of the protocol around RTMP, TLS or HTTP, that moved
	// no bytes of RTMP.
	Outer
	// Paced says how fast the receiver of one direction takes what it is sent, while
	// it lags behind, and that it lags no longer. Only recordings have it.
	Paced
	// Connected says that the server of a connection was reached that was Opened
	// with Waits: its Server, Facts and Time are known now. Only recordings have it.
	Connected
)

var kindNames = [...]string{Opened: "opened", Data: "data", Gap: "gap", Fin: "fin", Reset: "reset", Noted: "note", Beat: "beat", Held: "held", Edited: "edited", Outer: "outer", Paced: "paced", Connected: "connected"}

// String returns the kind in lower case, for example "opened".
func (k Kind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return "unknown"
}

// Record is bytes of one direction of one connection at one time as captured,
// or a gap, or the beginning or an end of a connection.
type Record struct {
	Kind Kind
	// Conn numbers the connections of a file from 1, in order of opening.
	Conn uint32
	// FromServer is true for what the server sent.
	FromServer bool
	// Time is when the bytes were captured, or, for bytes that arrived out of
	// order, when the bytes before them had arrived. In UTC.
	Time time.Time
	// Data holds the bytes of a Data record. It is borrowed: it stays valid
	// until the next call of Next.
	Data []byte
	// Offset is the position of the first byte in its direction; the first byte
	// after the TCP handshake (for RTMP, C0 or S0) is 0.
	Offset int64
	// Length is the number of bytes of a Data or Gap record. It is -1 for a gap
	// of unknown length, which takes no room in the offsets: a direction that
	// begins before the capture, or ends after it.
	Length int64
	// Client and Server are the ends of the connection. An IPv4-mapped IPv6
	// address is given as the IPv4 address.
	Client, Server netip.AddrPort
	// Reason says in words why: what ended the connection, why bytes are
	// missing, how the direction of a connection was guessed. Often empty. Of a
	// Noted record it is the text of the note.
	Reason string
	// Cause is why a direction ended, of a Fin or Reset record in a recording.
	Cause Cause
	// Facts are what is known of the connection besides, of an Opened or Connected
	// record in a recording, and what was learned since, of a Fin or Reset. They are
	// not to be changed.
	Facts Facts
	// Note is the note of a Noted record, nil for all others. Conn, FromServer
	// and Offset are those of the note then, and Time is when it was written.
	Note *Note
	// Relayed is true for an Opened record that a recorder wrote: the client
	// was connected to a relay, not to the server.
	Relayed bool
	// Waits is true for an Opened record of a client whose server is still being
	// dialled. A Connected record or the end of the connection follows.
	Waits bool
	// Hold is set for a Held record.
	Hold Hold
	// Pace is set for a Paced record, nil for all others. It is not to be changed.
	Pace *Pace
	// Edit is set for an Edited record, nil for all others. Offset is where the
	// change was, which may lie before records of data that came earlier.
	Edit *Edit
	// Around is set for an Outer record.
	Around Around
	// Frame is the offset in the file of the block that carries the first byte
	// of the record; of a gap, the block that showed it. It is not Pos when the
	// block arrived before others that it had to wait for.
	Frame int64
	// Pos is the offset in the file of the block that completed this record.
	Pos int64
}

// End is the offset after the record's last byte.
func (r *Record) End() int64 { return r.Offset + max(r.Length, 0) }
