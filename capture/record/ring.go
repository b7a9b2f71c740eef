package record

import (
	"os"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

// Ring records into files without names in the directory for temporary files, of which
// nothing is left when the program ends, however that is; [source.Copy] keeps what
// they hold. Options.Rotate and Options.Keep say how much that is at most: what is
// older is dropped.
func Ring(opts Options) (*Recorder, error) {
	return createIn(&segments{path: os.TempDir(), create: createNameless}, opts)
}

// Shorten drops the oldest segments of a recording until the earlier ones together have at
// most so many bytes, the one that is written aside, and returns how many bytes it dropped.
// It may be called from any goroutine.
func (r *Recorder) Shorten(most int64) (dropped int64) {
	if r.files == nil {
		return 0
	}
	_, dropped, _ = r.files.chain.Prune(0, most, 0) // files without a name cannot fail to be removed
	return dropped
}

// nameless is a file of a ring as its recorder sees it: the chain closes it when
// nobody reads it any more.
type nameless struct{ *source.TempFile }

// Close leaves it open for readers.
func (nameless) Close() error { return nil }

func createNameless(string) (*newSegment, error) {
	f, err := source.Nameless()
	if err != nil {
		return nil, err
	}
	return &newSegment{path: f.Name(), file: nameless{f}, nameless: f}, nil
}

// tellRemoved reports segments that were removed: of a ring only that it has begun
// to forget.
func (r *Recorder) tellRemoved(paths []string) {
	if r.files.current.nameless == nil {
		for _, path := range paths {
			r.report("removed the old segment %s", path)
		}
		return
	}
	if len(paths) > 0 {
		r.forgot.Do(func() {
			r.report("what was recorded first is dropped from now on, to keep the recording within its bound")
		})
	}
}
