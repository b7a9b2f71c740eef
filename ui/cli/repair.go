package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/spf13/cobra"
)

func newRepair() *cobra.Command {
	var out string
	var inPlace bool
	c := &cobra.Command{
		Use:   "repair FILE",
		Short: "Make a capture whole whose end was torn off",
		Long: `Read a capture up to where its end is torn, as it is when the program or machine
that wrote it was stopped, say what is lost, and write what is whole to a new
file. The damaged file is not changed, unless --in-place cuts its end off.`,
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
	d, err := capture.Inspect(file)
	if err != nil {
		return fail(exitFailed, "%w", err)
	}
	if d.Cause == nil {
		fmt.Printf("%s is whole: %d packets, %s. Nothing was written.\n", file, d.Packets, byteSize(d.Size))
		return nil
	}
	fmt.Printf("%v\n%d packets (%s) are whole; the last %d bytes cannot be read.\n", d.Cause, d.Packets, byteSize(d.Whole), d.Lost)
	if inPlace {
		d, err = capture.RepairInPlace(file)
	} else {
		d, err = capture.Repair(file, out)
	}
	if err != nil {
		return fail(exitFailed, "%w", err)
	}
	if inPlace {
		fmt.Fprintf(os.Stdout, "Cut %d bytes off %s.\n", d.Lost, file)
		return nil
	}
	fmt.Fprintf(os.Stdout, "Wrote %s. It holds credentials in clear.\n", out)
	return nil
}
