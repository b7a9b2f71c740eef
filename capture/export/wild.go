package export

import "sort"

const (
	// keepFirst is how many bytes at the beginning of a direction are not wiped:
	// they tell what a connection speaks that is not RTMP.
	keepFirst = 4
	// maxBehind is how far behind the newest byte a decoder may still change its
	// mind about where framing holds, with room to spare.
	maxBehind = 16 << 20
	// pruneAt is how many runs are kept before old ones are looked for.
	pruneAt = 1 << 17
)

// wild finds the printable text in bytes that cannot be decoded: where framing
// is lost, a credential has no place that gives it away. Text is all it can be
// recognised by.
type wild struct {
	lost bool
	from int64  // where framing was lost
	runs []span // text, as far back as it may still matter
	run  span   // not finished
	done []span // text that nobody decodes
	full int    // how many runs may be kept until pruning pays again
}

// look takes the bytes at an offset, before they are decoded.
func (w *wild) look(offset int64, p []byte) {
	for i, c := range p {
		at := offset + int64(i)
		switch {
		case at < keepFirst || !isPrintable(c):
		case w.run.to == at && at > w.run.from:
			w.run.to++
		default:
			w.close()
			w.run = span{at, at + 1}
		}
	}
	if !w.lost && len(w.runs) > max(w.full, pruneAt) {
		w.prune(offset + int64(len(p)) - maxBehind)
		w.full = 2 * len(w.runs)
	}
}

// prune forgets the runs before an offset.
func (w *wild) prune(before int64) {
	first := sort.Search(len(w.runs), func(i int) bool { return w.runs[i].to > before })
	w.runs = append(w.runs[:0], w.runs[first:]...)
}

// close finishes a run; a short one is no text.
func (w *wild) close() {
	if w.run.to-w.run.from >= shortestRun {
		w.runs = append(w.runs, w.run)
	}
	w.run = span{}
}

// begin says that framing is lost from an offset on.
func (w *wild) begin(offset int64) {
	if !w.lost {
		w.lost, w.from = true, offset
	}
}

// end says that framing holds again from an offset on.
func (w *wild) end(offset int64) {
	if !w.lost {
		return
	}
	w.lost = false
	for _, r := range append(w.runs, w.run) {
		r.from, r.to = max(r.from, w.from), min(r.to, offset)
		if r.from < r.to {
			w.done = append(w.done, r)
		}
	}
}

// also adds stretches of a message that nobody could read.
func (w *wild) also(spans []span) { w.done = append(w.done, spans...) }

// patches wipes all that was found, without overlaps.
func (w *wild) patches() (out []patch) {
	w.close()
	w.end(1<<63 - 1)
	sort.Slice(w.done, func(i, j int) bool { return w.done[i].from < w.done[j].from })
	for _, r := range w.done {
		if last := len(out) - 1; last >= 0 && r.from < out[last].at+out[last].n {
			out[last].n = max(out[last].n, r.to-out[last].at)
			continue
		}
		out = append(out, patch{at: r.from, n: r.to - r.from})
	}
	return out
}
