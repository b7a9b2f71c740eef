package capture

import (
	"encoding/binary"
	"fmt"
	"time"
)

// Blocks and options that the library does not write:
// draft-ietf-opsawg-pcapng §3.5 and §4.6.
const (
	blockStatistics  = 5
	optStatStart     = 2
	optStatEnd       = 3
	optStatReceived  = 4
	optStatDropped   = 5
	optEnd           = 0
	maxCommentLength = 65535
)

// statistics are what an interface statistics block says of a segment.
type statistics struct {
	start, end time.Time
	packets    uint64 // written
	gaps       uint64 // records that say what is missing
	bytes      uint64 // that they stand for
	beat       bool   // the block tells of silence
}

// block writes the block. The format has a counter for packets only, so the
// bytes that are missing stand in a comment.
func (s *statistics) block() []byte {
	o := binary.LittleEndian
	b := appendTime(append(make([]byte, 8, 192), 0, 0, 0, 0), s.end)
	b = appendOption(b, o, optComment, fmt.Appendf(nil, "%d bytes were relayed but not recorded, in %d gaps", s.bytes, s.gaps))
	if s.beat {
		b = appendOption(b, o, optComment, []byte(beatComment))
	}
	if !s.start.IsZero() {
		b = appendOption(b, o, optStatStart, appendTime(nil, s.start))
		b = appendOption(b, o, optStatEnd, appendTime(nil, s.end))
	}
	b = appendOption(b, o, optStatReceived, o.AppendUint64(nil, s.packets))
	b = appendOption(b, o, optStatDropped, o.AppendUint64(nil, s.gaps))
	return closeBlock(appendOption(b, o, optEnd, nil), o, blockStatistics)
}

// appendTime writes the high and the low half of a time in nanoseconds.
func appendTime(b []byte, t time.Time) []byte {
	var ts uint64
	if !t.IsZero() {
		ts = uint64(t.UnixNano())
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(ts>>32))
	return binary.LittleEndian.AppendUint32(b, uint32(ts))
}

// appendOption writes one option, padded to four bytes.
func appendOption(b []byte, o binary.AppendByteOrder, code uint16, value []byte) []byte {
	b = o.AppendUint16(b, code)
	b = o.AppendUint16(b, uint16(len(value)))
	b = append(b, value...)
	return append(b, make([]byte, -len(value)&3)...)
}

// closeBlock fills in the first eight bytes of a block and adds the last four.
func closeBlock(b []byte, o byteOrder, kind uint32) []byte {
	n := uint32(len(b) + 4)
	o.PutUint32(b, kind)
	o.PutUint32(b[4:], n)
	return o.AppendUint32(b, n)
}

type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}
