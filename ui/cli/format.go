package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/spf13/cobra"
)

// formatFlag is -o: how a command writes what it has to say. It implements pflag.Value.
// The first format is that without the flag.
type formatFlag struct {
	names  []string
	chosen string
}

// ownFlag is the flag that a format had first.
type ownFlag struct{ name, format, help string }

// add adds -o and the flags that formats had first.
func (f *formatFlag) add(c *cobra.Command, own []ownFlag, names ...string) {
	f.names = names
	c.Flags().VarP(f, "output", "o", "how to write: "+strings.Join(names, ", "))
	c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp)) //nolint:errcheck // the flag is there
	exclusive := []string{"output"}
	for _, o := range own {
		c.Flags().VarPF(&formatSwitch{f, o.format}, o.name, "", o.help).NoOptDefVal = "true"
		exclusive = append(exclusive, o.name)
	}
	c.MarkFlagsMutuallyExclusive(exclusive...)
}

// String is the format that was chosen.
func (f *formatFlag) String() string { return f.chosen }

// Type is the word for the value in --help.
func (f *formatFlag) Type() string { return "format" }

// Set chooses a format.
func (f *formatFlag) Set(name string) error {
	if !slices.Contains(f.names, name) {
		return fmt.Errorf("there is no format %q; there are %s%s", name, strings.Join(f.names, ", "), filter.Suggest(name, f.names))
	}
	f.chosen = name
	return nil
}

// formatSwitch is a flag such as --json that chooses a format.
type formatSwitch struct {
	of     *formatFlag
	format string
}

// String says whether it is set.
func (s *formatSwitch) String() string {
	if s.of != nil && s.of.chosen == s.format {
		return "true"
	}
	return "false"
}

// Type makes it a flag without a value.
func (s *formatSwitch) Type() string { return "bool" }

// Set chooses the format.
func (s *formatSwitch) Set(value string) error {
	if value != "true" && value != "false" {
		return fmt.Errorf("%q is neither true nor false", value)
	}
	if value == "true" {
		s.of.chosen = s.format
	}
	return nil
}
