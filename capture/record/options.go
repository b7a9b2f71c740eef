package record

import "time"

// Options are how a [Recorder] describes itself in the file, and for Create how
// it divides what it records into files.
type Options struct {
	// Version is the version of the program, for example "1.2.0".
	Version string
	// Notice is what the file says about credentials in it, for people; "" is
	// DefaultNotice.
	Notice string
	// Rotate says when a new segment begins; the zero value is never.
	Rotate Rotate
	// Keep says which old segments are removed; the zero value is none.
	Keep Keep
	// Report, if not nil, is told in words about new segments, removed ones, and
	// what failed without ending the recording. It is called by the methods of
	// the Recorder.
	Report func(words string)
}

// DefaultNotice is what a recording says about credentials, because it holds
// what was relayed.
const DefaultNotice = "This file holds credentials in clear (stream keys, tokens): share it with care."

// Rotate says when a [Recorder] begins a new segment: when the file has so many
// bytes, or when its first record is so old, whichever is first. Zero is never.
// It looks at every record and at every beat, which is no record.
type Rotate struct {
	Bytes int64
	Every time.Duration
}

// Keep says how many segments of a recording stay, the one being written
// included: so many files, or so many bytes together. Zero is no limit. The
// oldest are removed first, when a new one begins.
type Keep struct {
	Files int
	Bytes int64
}
