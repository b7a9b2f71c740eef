package source

import (
	"fmt"
	"os"
)

// Bounds on what is unpacked when nobody said how much may be.
const (
	// maxRatio is how many times its packed size a capture may have: video hardly
	// packs, text and repeated packets pack to a fiftieth.
	maxRatio = 200
	// freeExpansion is what is unpacked whatever the ratio.
	freeExpansion = 64 << 20
	// checkEvery is how often the room on the disk is looked at, in bytes.
	checkEvery = 16 << 20
)

// Bound is how much may be copied to a temporary file.
type Bound struct {
	// Bytes is the most.
	Bytes int64
	// Packed tells how many bytes were read of what is unpacked, and Free how many a
	// directory has room for. A nil function sets no bound.
	Packed func() int64
	Free   func(dir string) (int64, bool)
	// Lift are the words that end a refusal for a bound that nobody asked for: how it is
	// lifted. May be empty.
	Lift string

	checked int64 // up to where the room was looked at
	reserve int64 // room that is left to others
}

// Packing bounds copies of what is packed beside their size: by their ratio, and by a
// tenth of the room on the disk, which stays free.
func (b Bound) Packing(packed func() int64) Bound {
	b.Packed, b.Free = packed, Free
	return b
}

// begin looks at the room before anything is copied.
func (b *Bound) begin() {
	if b.Free == nil {
		return
	}
	if room, known := b.Free(os.TempDir()); known {
		b.reserve = room / 10
	}
}

// refuses says why size bytes are too many, or nil.
func (b *Bound) refuses(size int64) error {
	if b.Packed != nil && size > freeExpansion && size/maxRatio > b.Packed() {
		return b.lifted("it unpacks to more than %d times its size, as files do that are made to fill disks", maxRatio)
	}
	if b.Free == nil || size-b.checked < checkEvery {
		return nil
	}
	b.checked = size
	if room, known := b.Free(os.TempDir()); known && room < b.reserve {
		return b.lifted("only %d MiB are free in %s, and %d MiB of it are unpacked there", room>>20, os.TempDir(), size>>20)
	}
	return nil
}

func (b *Bound) lifted(format string, args ...any) error {
	words := fmt.Sprintf(format, args...)
	if b.Lift != "" {
		words += "; " + b.Lift
	}
	return fmt.Errorf("%s", words)
}
