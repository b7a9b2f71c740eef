package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/edit"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

func newRepair() *cobra.Command {
	var out string
	var inPlace bool
	c := &cobra.Command{
		Use:   "repair FILE",
		Short: "Recover a capture that was cut off in the middle of a packet",
		Long: `Copy the intact part of a capture whose writer was killed to a new file, and
report what was lost. The damaged file stays as it is, unless --in-place cuts off
its end. A recording of several files (--rotate) is written as one.`,
		Example: `  rtmpscope repair torn.pcapng                 writes torn.repaired.pcapng
  rtmpscope repair torn.pcapng -o whole.pcapng
  rtmpscope repair torn.pcapng --in-place`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if out == "" {
				ext := filepath.Ext(args[0])
				out = strings.TrimSuffix(args[0], ext) + ".repaired" + ext
			}
			return runRepair(args[0], out, inPlace)
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "write the repaired copy to this file")
	c.Flags().BoolVar(&inPlace, "in-place", false, "cut the torn end off the file itself")
	c.MarkFlagsMutuallyExclusive("output", "in-place")
	return c
}

func runRepair(file, out string, inPlace bool) error {
	files, err := capture.Segments(file)
	if err != nil {
		return fail(exitFailed, "%w", err)
	}
	torn, err := inspected(file, files)
	if err != nil || len(torn) == 0 {
		return err
	}
	switch {
	case inPlace:
		return cutOff(torn)
	case len(files) > 1:
		err = joined(file, out)
	default:
		_, err = edit.Repair(file, out)
	}
	if err != nil {
		return fail(exitFailed, "%w", err)
	}
	fmt.Fprintf(os.Stdout, "Wrote %s. It contains stream keys in plain text.\n", out)
	return nil
}

// inspected says what is wrong with the files of a capture and returns those
// that are torn.
func inspected(file string, files []string) (torn []string, err error) {
	packets, size, in := int64(0), int64(0), ""
	for _, f := range files {
		d, err := edit.Inspect(f)
		if err != nil {
			return nil, fail(exitFailed, "%s: %w", f, err)
		}
		packets, size = packets+d.Packets, size+d.Size
		if d.Cause == nil {
			continue
		}
		torn = append(torn, f)
		fmt.Printf("%s: %v\n%d packets (%s) are whole; the last %d bytes cannot be read.\n", f, d.Cause, d.Packets, text.Size(d.Whole), d.Lost)
	}
	if len(files) > 1 {
		in = fmt.Sprintf(" in %d files", len(files))
	}
	switch {
	case len(torn) > 0 && packets == 0:
		return nil, fail(exitFailed, "nothing of %s can be recovered: it holds no whole packet; nothing was written", file)
	case len(torn) == 0:
		fmt.Printf("%s is whole: %d packets, %s%s. Nothing was written.\n", file, packets, text.Size(size), in)
	}
	return torn, nil
}

// cutOff repairs files in place.
func cutOff(torn []string) error {
	for _, f := range torn {
		d, err := edit.RepairInPlace(f)
		if err != nil {
			return fail(exitFailed, "%w", err)
		}
		fmt.Fprintf(os.Stdout, "Cut %d bytes off %s.\n", d.Lost, f)
	}
	return nil
}

// joined writes a recording of several files as one, without its torn end.
func joined(file, out string) error {
	src, err := capture.File(file)
	if err != nil {
		return err
	}
	defer src.Close()
	_, err = edit.Save(src, out)
	return err
}
