package record

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
)

// Options of interface statistics, draft-ietf-opsawg-pcapng §4.6.
const (
	optStatStart    = 2
	optStatEnd      = 3
	optStatReceived = 4
	optStatDropped  = 5
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
	b := pcapng.Statistics(o, s.end)
	b = pcapng.AppendOption(b, o, pcapng.OptComment, fmt.Appendf(nil, "%d bytes were relayed but not recorded, in %d gaps", s.bytes, s.gaps))
	if s.beat {
		b = pcapng.AppendOption(b, o, pcapng.OptComment, []byte(meta.Silence))
	}
	if !s.start.IsZero() {
		b = pcapng.AppendOption(b, o, optStatStart, pcapng.AppendTime(nil, o, s.start))
		b = pcapng.AppendOption(b, o, optStatEnd, pcapng.AppendTime(nil, o, s.end))
	}
	b = pcapng.AppendOption(b, o, optStatReceived, o.AppendUint64(nil, s.packets))
	b = pcapng.AppendOption(b, o, optStatDropped, o.AppendUint64(nil, s.gaps))
	return pcapng.Close(pcapng.AppendOption(b, o, pcapng.OptEnd, nil), o, pcapng.KindStatistics)
}

// isBeat says that a block of statistics stands for silence.
func isBeat(block []byte) bool { return bytes.Contains(block, []byte(meta.Silence)) }
