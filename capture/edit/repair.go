package edit

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/rtmpscope/rtmpscope/capture/pcapng"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// Damage is what is wrong with the end of one capture file.
type Damage struct {
	// Size is the size of the file; the first Whole bytes are whole.
	Size, Whole int64
	// Packets is how many packets are whole.
	Packets int64
	// Cause is nil for a file that is whole, and otherwise a [*pcapng.TornError] or a
	// [*pcapng.FormatError].
	Cause error
	// Lost is how many bytes at the end cannot be read.
	Lost int64
}

// Inspect looks for damage in one file; further segments are not looked at. An
// error means that the file could not be read, or is no capture at all.
func Inspect(path string) (*Damage, error) {
	f, err := source.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return inspect(f)
}

func inspect(f *os.File) (*Damage, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	d := &Damage{Size: info.Size()}
	b := pcapng.NewReader(source.NewFinished(f, d.Size))
	if err := b.Begin(); err != nil {
		return nil, err
	}
	for err == nil {
		var block pcapng.Block
		if err = b.Next(&block); err == nil && block.IsPacket() {
			d.Packets++
		}
	}
	d.Whole, d.Lost = b.Pos(), d.Size-b.Pos()
	switch {
	case errors.Is(err, io.EOF):
		return d, nil
	case torn(err):
		d.Cause = err
		return d, nil
	}
	return nil, err
}

// Repair copies what is whole of the file at path to a new file at out, which is
// for its owner alone, and never overwrites one. The damaged file stays as it
// is.
func Repair(path, out string) (*Damage, error) {
	in, err := source.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	d, err := inspect(in)
	if err != nil {
		return nil, err
	}
	f, err := record.CreatePrivate(out)
	if err != nil {
		return nil, &record.CreateError{Path: out, Err: err}
	}
	_, err = io.Copy(f, io.NewSectionReader(in, 0, d.Whole))
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(out) //nolint:errcheck // half a copy is worth nothing
		return nil, fmt.Errorf("copying to %s: %w", out, err)
	}
	return d, nil
}

// RepairInPlace cuts the damaged end off the file at path. A file that is being
// recorded is [record.ErrBusy].
func RepairInPlace(path string) (*Damage, error) {
	f, err := record.OpenToWrite(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d, err := inspect(f)
	if err != nil || d.Cause == nil {
		return d, err
	}
	if err := f.Truncate(d.Whole); err != nil {
		return nil, fmt.Errorf("cutting the end off %s: %w", path, err)
	}
	return d, f.Sync()
}
