package capture

import (
	"slices"

	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/capture/tlsread"
)

// OpenOptions say how a capture that somebody else took is read. They change
// nothing for a file that a recorder wrote.
type OpenOptions struct {
	// Ports, when not empty, are the server ports of the connections to tell of,
	// whatever they carry; all others are left out. When empty, a connection is
	// told when its content is RTMP or when it goes to a port on which RTMP is
	// expected (1935, 1936).
	Ports []uint16
	// AllTCP tells of every TCP connection.
	AllTCP bool
	// KeyLog is the path of a TLS key log (NSS format, what SSLKEYLOGFILE
	// names). When empty, FILE.keylog is read if it is there. It is read again
	// when a connection's secrets are not in it yet.
	KeyLog string
	// Growing says what becomes of a plain file that somebody is still writing.
	Growing Growing
	// MaxUnpacked bounds, in bytes, what is copied to a temporary file from a
	// compressed capture or a stream. 0 means DefaultMaxUnpacked, less when the
	// capture is packed suspiciously well or the disk for temporary files fills up.
	MaxUnpacked int64
	// Lift are words for people that end a refusal by these last two bounds: how they
	// are lifted. It may be empty.
	Lift string
}

// Growing says what becomes of a file that grows while it is read.
type Growing uint8

// What may become of it.
const (
	// AsItIs reads it as it was when it was opened.
	AsItIs Growing = iota
	// WhenAsked reads one that a recorder is writing as it was, and does not end there:
	// more is read after [Input.Follow].
	WhenAsked
	// AtOnce reads everything that comes, until the recorder ends it; when no recorder
	// is known to write it, until it is closed.
	AtOnce
)

// DefaultMaxUnpacked is how much of a compressed capture, or of a stream, is
// copied to a temporary file at most: 64 GiB.
const DefaultMaxUnpacked = 64 << 30

// rtmpPorts are where RTMP is expected: registered for it (IANA: macromedia-fcs),
// and what servers use for RTMP over TLS.
var rtmpPorts = []uint16{1935, 1936}

// settings are OpenOptions as a Reader uses them. They are not changed.
type settings struct {
	ports  []uint16
	allTCP bool
	keys   *tlsread.KeyLog
	// closers belong to the Input; nil without one.
	closers *closers
}

// known says that RTMP is expected on a port.
func (o *settings) known(port uint16) bool {
	if len(o.ports) > 0 {
		return slices.Contains(o.ports, port)
	}
	return slices.Contains(rtmpPorts, port)
}

// excludes says that connections to a port are left out whatever they carry.
func (o *settings) excludes(port uint16) bool {
	return len(o.ports) > 0 && !o.allTCP && !slices.Contains(o.ports, port)
}

// includes says that connections to a port are told whatever they carry.
func (o *settings) includes(port uint16) bool { return o.allTCP || o.known(port) }

// optionsOf finds the options of the Input that a source is or wraps.
func optionsOf(src source.Source) *settings {
	for {
		switch s := src.(type) {
		case *Input:
			return s.settings
		case interface{ Unwrap() source.Source }:
			src = s.Unwrap()
		default:
			return &settings{}
		}
	}
}
