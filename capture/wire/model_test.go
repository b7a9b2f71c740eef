package wire

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// TestQueueAgainstBytes: random pieces, some cut, against a table of single bytes in
// which the first to come stays.
func TestQueueAgainstBytes(t *testing.T) {
	const long = 64
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 3))
		var q Queue
		var have [long]int // 0 nothing, -1 missing, else the byte
		for n := range 1 + rng.IntN(9) {
			off := rng.IntN(long)
			data := make([]byte, rng.IntN(min(12, long-off)+1))
			missing := rng.IntN(min(4, long-off-len(data)) + 1)
			for i := range data {
				data[i] = byte(n + 1)
			}
			for i := range len(data) + missing {
				if at := off + i; have[at] == 0 {
					if have[at] = -1; i < len(data) {
						have[at] = n + 1
					}
				}
			}
			q.Hold(Piece{Off: int64(off), Data: data, Missing: missing, Frame: int64(n)})
			clear(data) // it was borrowed
			bytes := 0
			for _, v := range have {
				bytes += min(max(v, 0), 1)
			}
			if q.pendingBytes != bytes {
				t.Fatalf("seed %d: %d bytes are counted, %d are there", seed, q.pendingBytes, bytes)
			}
		}
		var got [long]int
		last := int64(0)
		for q.Waits() {
			if q.First() < last {
				t.Fatalf("seed %d: the piece at %d comes after the one that ends at %d", seed, q.First(), last)
			}
			p := q.Pop()
			for i := p.Off; i < p.End(); i++ {
				if got[i] = -1; i-p.Off < int64(len(p.Data)) {
					if got[i] = int(p.Data[i-p.Off]); int(p.Frame) != got[i]-1 {
						t.Fatalf("seed %d: byte %d is said to be of frame %d", seed, i, p.Frame)
					}
				}
			}
			if p.End() <= p.Off {
				t.Fatalf("seed %d: an empty piece at %d", seed, p.Off)
			}
			last = p.End()
		}
		if got != have || q.pendingBytes != 0 {
			t.Fatalf("seed %d:\n got %v\nwant %v, %d bytes left", seed, got, have, q.pendingBytes)
		}
	}
}

func TestSkipTo(t *testing.T) {
	for _, c := range []struct {
		to   int64
		want Piece
	}{
		{5, Piece{Off: 10, Data: []byte("abc"), Missing: 2}}, {10, Piece{Off: 10, Data: []byte("abc"), Missing: 2}}, {11, Piece{Off: 11, Data: []byte("bc"), Missing: 2}},
		{13, Piece{Off: 13, Data: []byte{}, Missing: 2}}, {14, Piece{Off: 14, Data: []byte{}, Missing: 1}}, {15, Piece{Off: 15, Data: []byte{}}},
	} {
		p := Piece{Off: 10, Data: []byte("abc"), Missing: 2}
		if p.SkipTo(c.to); p.Off != c.want.Off || string(p.Data) != string(c.want.Data) || p.Missing != c.want.Missing || c.to <= 15 && p.End() != 15 {
			t.Errorf("to %d: %+v", c.to, p)
		}
	}
}

// TestFull at its two bounds.
func TestFull(t *testing.T) {
	if q := (Queue{pendingBytes: maxPendingBytes}); q.Full() || q.Waits() {
		t.Error("as many bytes as may wait are too many, or something waits")
	}
	if q := (Queue{pendingBytes: maxPendingBytes + 1}); !q.Full() {
		t.Error("a byte too many may wait")
	}
	if q := (Queue{pending: make([]Piece, maxPendingSegments)}); q.Full() || !q.Waits() {
		t.Error("as many pieces as may wait are too many, or nothing waits")
	}
	if q := (Queue{pending: make([]Piece, maxPendingSegments+1)}); !q.Full() {
		t.Error("a piece too many may wait")
	}
}

// waitingFor makes fragments that tell what is lost.
func waitingFor() (fs *fragments[int], lost *[]int) {
	lost = new([]int)
	return &fragments[int]{waiting: map[fragmentKey]*datagram[int]{}, lost: func(at int) { *lost = append(*lost, at) }}, lost
}

func part(id uint32, offset int64, body string, more bool) fragment {
	return fragment{key: fragmentKey{from: netip.MustParseAddr("10.0.0.1"), id: id}, body: view{b: []byte(body)}, offset: offset, more: more}
}

// TestDatagramsInPieces: random datagrams, cut, shuffled and mixed; each is whole with its
// last piece and not before.
func TestDatagramsInPieces(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 5))
		fs, lost := waitingFor()
		type piece struct {
			fragment
			of int
		}
		var all []piece
		var bodies []string
		var left []int
		for id := range 1 + rng.IntN(4) {
			n := 1 + rng.IntN(5)
			body := ""
			for i := range n {
				s := fmt.Sprintf("%d.%d.....", id, i)[:8]
				if i == n-1 {
					s = s[:1+rng.IntN(8)]
				}
				body += s
				all = append(all, piece{part(uint32(id), int64(8*i), s, i < n-1), id})
			}
			bodies, left = append(bodies, body), append(left, n)
		}
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for at, p := range all {
			whole, err := fs.add(p.fragment, start, at)
			left[p.of]--
			if err != nil || (whole != nil) != (left[p.of] == 0) || whole != nil && string(whole) != bodies[p.of] {
				t.Fatalf("seed %d: %q, %v, %d pieces of %q are missing", seed, whole, err, left[p.of], bodies[p.of])
			}
		}
		if len(*lost) != 0 || fs.bytes != 0 || len(fs.waiting) != 0 {
			t.Fatalf("seed %d: %d lost, %d bytes wait", seed, len(*lost), fs.bytes)
		}
		if at, ok := fs.oldest(); ok || at != 0 || len(fs.order) != 0 {
			t.Fatalf("seed %d: %d is said to wait", seed, at)
		}
	}
}

// TestFragmentsThatContradict: a piece behind the end, or more pieces than a datagram has.
func TestFragmentsThatContradict(t *testing.T) {
	fs, lost := waitingFor()
	add := func(f fragment, at int) {
		t.Helper()
		if whole, err := fs.add(f, start, at); whole != nil || err != nil {
			t.Errorf("%q, %v", whole, err)
		}
	}
	add(part(1, 8, "the end.", false), 10)
	add(part(1, 16, "behind..", true), 11)
	if !slices.Equal(*lost, []int{10}) || fs.bytes != 0 || len(fs.waiting) != 0 {
		t.Errorf("behind the end: lost %v, %d bytes wait", *lost, fs.bytes)
	}
	add(part(2, 8, "the end.", false), 20)
	add(part(2, 8, "another.", false), 21) // what came first stays
	if whole, err := fs.add(part(2, 0, "begin...", true), start, 22); string(whole) != "begin...the end." || err != nil {
		t.Errorf("%q, %v", whole, err)
	}
	for i := range maxPieces {
		add(part(3, int64(24*i), "piece...", true), 30)
	}
	if len(*lost) != 1 {
		t.Errorf("as many pieces as may be are too many: %v", *lost)
	}
	add(part(3, int64(24*maxPieces), "piece...", true), 31)
	if !slices.Equal(*lost, []int{10, 30}) || fs.bytes != 0 {
		t.Errorf("a piece too many: lost %v, %d bytes wait", *lost, fs.bytes)
	}
	for _, c := range []struct {
		f    fragment
		want error
	}{
		{part(4, 0, "seven..", true), errFragmentSize}, {fragment{body: view{b: []byte("seven.."), cut: 1}, more: true}, nil}, {fragment{body: view{b: []byte("eight..."), cut: 1}, more: true}, errFragmentSize},
		{part(4, maxDatagram-7, "seven..", false), nil}, {part(5, maxDatagram-6, "seven..", false), errFragmentSize},
	} {
		if _, err := fs.add(c.f, start, 40); !errors.Is(err, c.want) {
			t.Errorf("%q at %d: %v", c.f.body.b, c.f.offset, err)
		}
	}
}

// TestFragmentsAreBounded by number and bytes; the oldest are given up, and what is gone
// does not pile up behind one that waits.
func TestFragmentsAreBounded(t *testing.T) {
	fs, lost := waitingFor()
	for id := range uint32(maxDatagrams) {
		fs.add(part(id, 8, "waiting.", true), start, int(id)) // its size is right
	}
	if len(*lost) != 0 || len(fs.waiting) != maxDatagrams || fs.bytes != 8*maxDatagrams {
		t.Fatalf("%d lost, %d wait with %d bytes", len(*lost), len(fs.waiting), fs.bytes)
	}
	fs.add(part(maxDatagrams, 8, "waiting.", true), start, maxDatagrams)
	if !slices.Equal(*lost, []int{0}) || len(fs.waiting) != maxDatagrams {
		t.Fatalf("%v lost, %d wait", *lost, len(fs.waiting))
	}
	if at, ok := fs.oldest(); !ok || at != 1 {
		t.Errorf("the oldest is %d", at)
	}
	if fs.end(); len(*lost) != maxDatagrams+1 || len(fs.waiting) != 0 || fs.bytes != 0 || len(fs.order) != 0 {
		t.Errorf("%d lost in the end, %d wait", len(*lost), len(fs.waiting))
	}
	big, lost := waitingFor()
	body := string(make([]byte, 32<<10))
	for id := range uint32(maxFragmentBytes >> 15) {
		big.add(part(id, 0, body, true), start, int(id))
	}
	if len(*lost) != 0 || big.bytes != maxFragmentBytes {
		t.Fatalf("%d lost, %d bytes wait", len(*lost), big.bytes)
	}
	if big.add(part(9999, 0, "one more", true), start, 9999); !slices.Equal(*lost, []int{0}) {
		t.Errorf("%v lost", *lost)
	}
	gone, lost := waitingFor()
	gone.add(part(7, 0, "waits...", true), start, 7)
	for id := range uint32(10 * maxDatagrams) {
		gone.add(part(100+id, 0, "begins..", true), start, 0)
		if whole, err := gone.add(part(100+id, 8, "ends", false), start, 0); string(whole) != "begins..ends" || err != nil {
			t.Fatal(whole, err)
		}
		if len(gone.order) > 4*maxDatagrams+1 {
			t.Fatalf("%d are remembered", len(gone.order))
		}
	}
	if at, ok := gone.oldest(); !ok || at != 7 || len(*lost) != 0 {
		t.Errorf("the oldest is %d; %v lost", at, *lost)
	}
	gone.add(part(8, 0, "later...", true), start.Add(fragmentTimeout), 8)
	if len(*lost) != 0 {
		t.Error("given up too early")
	}
	gone.add(part(8, 8, "later...", true), start.Add(fragmentTimeout+time.Nanosecond), 8)
	if !slices.Equal(*lost, []int{7}) || len(gone.waiting) != 1 {
		t.Errorf("%v lost, %d wait", *lost, len(gone.waiting))
	}
}

// TestCutTunnels: where a tunnel's own header ends early that is an error, where it
// cannot be told from other UDP it is nothing.
func TestCutTunnels(t *testing.T) {
	gtp := "\x36\xff\x00\x00\x00\x00\x00\x05\x00\x01\x00\x85\x01\x10\x09\x00" // one extension of four bytes
	gre := "\xb0\x00\x08\x00sum.key.seq."
	for name, c := range map[string]struct {
		protocol byte
		head     string
		from, to int // the lengths at which a cut is an error; shorter ones are nothing
	}{
		"GTP-U":   {17, string(udpAround(9, 2152, gtp)), 8 + 8, 8 + len(gtp)},
		"GRE":     {47, gre, 4, len(gre)},
		"VXLAN":   {17, string(udpAround(9, 4789, "\x08\x00\x00\x00\x00\x00\x05\x00"+ether("\x08\x00"))), 16, 30},
		"other":   {17, string(udpAround(9, 9, gtp)), 999, 999},
		"GTP end": {17, string(udpAround(9, 2152, "\x34\xff\x00\x00\x00\x00\x00\x05\x00\x01\x00\x85\x00\x10\x09\x00")), 16, 999},
	} {
		for n := range len(c.head) {
			p := fourAround(c.protocol, 1, 0, []byte(c.head[:n]))
			s, err := take(t, LinkRaw, p, len(p))
			if s != nil || errors.Is(err, errShort) != (n >= c.from && n < c.to) {
				t.Errorf("%s, %d bytes: %+v, %v", name, n, s, err)
			}
		}
	}
}

// TestACutEnd: what the capture left out of a last fragment is waited for, in vain.
func TestACutEnd(t *testing.T) {
	fs, lost := waitingFor()
	end := part(1, 8, "end.", false)
	end.body.cut = 2
	for i, f := range []fragment{end, part(1, 0, "begin...", true)} {
		if whole, err := fs.add(f, start, i); whole != nil || err != nil {
			t.Errorf("%q, %v", whole, err)
		}
	}
	if len(*lost) != 0 || len(fs.waiting) != 1 || fs.bytes != 12 {
		t.Errorf("%v lost, %d bytes wait", *lost, fs.bytes)
	}
}

// TestLengthsOfHeaders at their edges, RFC 791 §3.1 and RFC 8200 §4.
func TestLengthsOfHeaders(t *testing.T) {
	four := func(ihl byte, n int) []byte {
		p := fourAround(132, 1, 0, make([]byte, 60))[:n]
		p[0], p[2], p[3] = 0x40|ihl, 0, 0 // as long as the capture says
		return p
	}
	six := func(long byte, n int) []byte {
		p := make([]byte, n)
		p[0], p[1] = 59, long // no next header behind it
		return sixAround(protocolDestination, p)
	}
	for name, c := range map[string]struct {
		p    []byte
		want error
	}{
		"IPv4 of 20": {four(5, 20), nil}, "IPv4 of 16": {four(4, 40), errHeader}, "IPv4 of 60": {four(15, 60), nil}, "IPv4 of 60, cut": {four(15, 59), errHeader}, "IPv4 of 0": {four(0, 40), errHeader},
		"an extension of 8": {six(0, 8), nil}, "of 16": {six(1, 16), nil}, "of 16, cut": {six(1, 15), errShort}, "of 8, cut": {six(0, 7), errShort}, "of 32": {six(3, 32), nil}, "of 32, cut": {six(3, 31), errShort},
	} {
		if s, err := take(t, LinkRaw, c.p, len(c.p)); s != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	ppp := []byte{0, 0x21}
	if s, err := take(t, linkPPP, ppp, len(ppp)); s != nil || err != nil {
		t.Errorf("PPP around nothing: %+v, %v", s, err)
	}
	for name, word := range map[string]uint16{"more": 1, "none": 0, "at 8": 8} {
		for n := range 10 {
			p := sixAround(protocolFragment, append([]byte{59, 0, byte(word >> 8), byte(word), 0, 0, 0, 7}, 1, 2)[:n])
			want := n < 8 || word == 1 && n != 8
			if _, err := take(t, LinkRaw, p, len(p)); (err != nil) != want {
				t.Errorf("a fragment header, %s, %d bytes: %v", name, n, err)
			}
		}
	}
}

// TestAtomicFragments are whole packets (RFC 6946): first and last at once.
func TestAtomicFragments(t *testing.T) {
	for word, whole := range map[uint16]bool{0: true, 1: false, 8: false, 9: false, 6: true} {
		p := sixAround(protocolFragment, append([]byte{6, 0, byte(word >> 8), byte(word), 0, 0, 0, 7}, tcp+"hello123"...))
		s, err := take(t, LinkRaw, p, len(p))
		if (s != nil) != whole || err != nil {
			t.Errorf("word %d: %+v, %v", word, s, err)
		}
	}
}
