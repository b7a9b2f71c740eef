package record

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/wire"
)

// Data records the bytes p of one direction. It does not keep p. Long data is
// written as several segments and read back as several records.
func (r *Recorder) Data(id uint64, fromServer bool, at time.Time, p []byte) error {
	return r.data(id, fromServer, at, p, false)
}

// Lend is Data, but the caller leaves p as it is until the next call of Flush has
// returned. What makes up whole segments of p is written from where it is, where the
// system can do that, with checksums as a system leaves them to its network card: see
// [wire.Header.AppendHead].
func (r *Recorder) Lend(id uint64, fromServer bool, at time.Time, p []byte) error {
	return r.data(id, fromServer, at, p, true)
}

func (r *Recorder) data(id uint64, fromServer bool, at time.Time, p []byte, lent bool) error {
	c, err := r.open(id, fromServer, at)
	if c == nil {
		return err
	}
	c.relayed[index(fromServer)] += int64(len(p))
	r.told += uint64(len(p))
	if err == nil {
		err = r.prepare(c, fromServer, at)
	}
	whole := p
	for err == nil && len(p) > 0 {
		n := min(len(p), wire.MaxSegment)
		if err = r.segment(c, segmentOut{fromServer: fromServer, flags: wire.FlagPSH | wire.FlagACK, at: at, data: p[:n], lent: lent}); err == nil {
			c.half[index(fromServer)].advance(int64(n))
			r.stored.now += uint64(n)
			p = p[n:]
		}
	}
	if r.files != nil {
		r.keepHead(c, fromServer, whole)
	}
	return err
}

// Gap records that n bytes of one direction were relayed but are not in the
// file. A gap above 1 GiB is read back as several.
func (r *Recorder) Gap(id uint64, fromServer bool, at time.Time, n int64) error {
	if n <= 0 {
		_, err := r.open(id, fromServer, at)
		return err
	}
	return r.lack(id, fromServer, at, n, func(n int64) string {
		return fmt.Sprintf("%d bytes from the %s were relayed but not recorded", n, meta.Side(fromServer))
	})
}

// GapCopy is Gap for a gap out of another capture, with its Length, which may be
// -1, and its Reason.
func (r *Recorder) GapCopy(id uint64, fromServer bool, at time.Time, n int64, reason string) error {
	return r.lack(id, fromServer, at, n, func(int64) string { return reason })
}

// lack writes a gap of n bytes, or -1; words say why a part of it is missing.
func (r *Recorder) lack(id uint64, fromServer bool, at time.Time, n int64, words func(n int64) string) error {
	c, err := r.open(id, fromServer, at)
	if c == nil {
		return err
	}
	c.relayed[index(fromServer)] += max(n, 0)
	if err == nil {
		err = r.prepare(c, fromServer, at)
	}
	if err != nil {
		return err
	}
	if n >= 0 {
		return r.gap(c, fromServer, at, n, words)
	}
	return r.segment(c, segmentOut{fromServer: fromServer, flags: wire.FlagACK, at: at,
		comments: append(meta.Words(words(n)), meta.Comment{Unknown: true}.String())})
}

// gap writes gaps; words say why n bytes are missing.
func (r *Recorder) gap(c *recorded, fromServer bool, at time.Time, n int64, words func(n int64) string) error {
	for n > 0 {
		step := min(n, gapStep)
		out := segmentOut{fromServer: fromServer, flags: wire.FlagACK, at: at, skip: uint32(step), comments: meta.Words(words(step))}
		if err := r.segment(c, out); err != nil {
			return err
		}
		c.half[index(fromServer)].advance(step)
		r.gaps.now++
		r.dropped.now += uint64(step)
		n -= step
	}
	return nil
}
