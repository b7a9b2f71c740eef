package wire

import (
	"net/netip"
	"slices"
	"time"
)

// Limits on IP datagrams that wait for the rest of their fragments. An honest
// sender has a handful on the way.
const (
	maxDatagrams     = 1024
	maxFragmentBytes = 16 << 20
	maxPieces        = 1024 // of one datagram: 64 KiB in pieces of 64 bytes
	maxDatagram      = 65535
	// fragmentTimeout is how long, by the clock of the capture, a datagram is
	// waited for (RFC 8200 §4.5: 60 s).
	fragmentTimeout = time.Minute
)

// fragment is one fragment of an IP datagram; the body is borrowed.
type fragment struct {
	key    fragmentKey
	body   view
	offset int64
	more   bool
}

// fragmentKey tells datagrams apart (RFC 791 §3.2).
type fragmentKey struct {
	from, to netip.Addr
	id       uint32
	protocol byte
}

// datagram is what there is of a fragmented packet.
type datagram[At any] struct {
	Queue
	key   fragmentKey
	at    At        // of its first fragment in the file
	since time.Time // of its first fragment
	total int64     // -1 while the last fragment is not there
	gone  bool
}

// fragments puts datagrams together. Where fragments overlap, the first to come
// is kept.
type fragments[At any] struct {
	waiting map[fragmentKey]*datagram[At]
	order   []*datagram[At] // by arrival; those that are gone go lazily
	bytes   int
	lost    func(at At) // is told of every datagram that is given up
}

// add keeps a copy of f. It returns the datagram when f completes it.
func (fs *fragments[At]) add(f fragment, at time.Time, where At) ([]byte, error) {
	if f.more && (len(f.body.b)+f.body.cut)%8 != 0 || f.offset+int64(len(f.body.b)) > maxDatagram {
		return nil, errFragmentSize
	}
	fs.expire(at)
	d := fs.waiting[f.key]
	if d == nil {
		d = &datagram[At]{key: f.key, at: where, since: at, total: -1}
		fs.waiting[f.key] = d
		fs.order = append(fs.order, d)
	}
	before := d.pendingBytes
	whole := d.add(f)
	fs.bytes += d.pendingBytes - before
	switch {
	case whole:
		b := d.joined()
		fs.remove(d)
		return b, nil
	case d.impossible():
		fs.giveUp(d)
	}
	fs.bound()
	return nil, nil
}

// add says whether the datagram is whole now.
func (d *datagram[At]) add(f fragment) bool {
	if !f.more && d.total < 0 {
		d.total = f.offset + int64(len(f.body.b)+f.body.cut)
	}
	d.Hold(Piece{Off: f.offset, Data: f.body.b})
	return int64(d.pendingBytes) == d.total && !d.impossible()
}

// impossible says that the fragments contradict each other, or are too many.
func (d *datagram[At]) impossible() bool {
	last := d.pending[max(len(d.pending)-1, 0):]
	return d.total >= 0 && len(last) > 0 && last[0].End() > d.total || len(d.pending) > maxPieces
}

func (d *datagram[At]) joined() []byte {
	b := make([]byte, 0, d.total)
	for _, p := range d.pending {
		b = append(b, p.Data...)
	}
	return b
}

// oldest is the place of the first fragment that still waits.
func (fs *fragments[At]) oldest() (at At, ok bool) {
	for len(fs.order) > 0 && fs.order[0].gone {
		fs.order = fs.order[1:]
	}
	if len(fs.order) == 0 {
		return at, false
	}
	return fs.order[0].at, true
}

func (fs *fragments[At]) expire(now time.Time) {
	for {
		if _, ok := fs.oldest(); !ok || now.Sub(fs.order[0].since) <= fragmentTimeout {
			return
		}
		fs.giveUp(fs.order[0])
	}
}

func (fs *fragments[At]) bound() {
	for len(fs.waiting) > maxDatagrams || fs.bytes > maxFragmentBytes {
		if _, ok := fs.oldest(); !ok {
			return
		}
		fs.giveUp(fs.order[0])
	}
	if len(fs.order) > 4*maxDatagrams {
		fs.order = slices.DeleteFunc(fs.order, func(d *datagram[At]) bool { return d.gone })
	}
}

// end gives up on everything: there is no more to come.
func (fs *fragments[At]) end() {
	for _, d := range fs.order {
		if !d.gone {
			fs.giveUp(d)
		}
	}
	fs.order = nil
}

func (fs *fragments[At]) giveUp(d *datagram[At]) {
	fs.remove(d)
	fs.lost(d.at)
}

func (fs *fragments[At]) remove(d *datagram[At]) {
	d.gone = true
	fs.bytes -= d.pendingBytes
	delete(fs.waiting, d.key)
	d.Queue = Queue{}
}
