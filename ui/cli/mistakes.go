package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/filter"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// unknownCommand is what the program without a command says of arguments.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	return fmt.Errorf("there is no command %q%s", text.Safe(args[0]), filter.Suggest(args[0], names))
}

// unknownFlag adds the flag that was probably meant to what pflag says.
func unknownFlag(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || len(unknown.GetSpecifiedName()) < 2 {
		return err
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return fmt.Errorf("%w%s", err, filter.Suggest("--"+unknown.GetSpecifiedName(), names))
}

// usageHint says, after a mistake in it, how a command is written.
func usageHint(w io.Writer, c *cobra.Command) {
	if !c.HasParent() {
		var names []string
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				names = append(names, sub.Name())
			}
		}
		fmt.Fprintf(w, "The commands are %s; 'rtmpscope --help' tells more.\n", strings.Join(names, ", "))
		return
	}
	fmt.Fprintf(w, "Usage: %s; '%s --help' tells more.\n", c.UseLine(), c.CommandPath())
}
