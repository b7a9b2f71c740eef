package cli

import (
	"github.com/spf13/cobra"

	"github.com/rtmpscope/rtmpscope/docs"
)

// topics are the pages that "rtmpscope help NAME" prints: what the help of the
// commands refers to.
var topics = []struct{ name, page, about string }{
	{"filter", "filter", "The language that selects rows"},
	{"jsonl", "jsonl", "What the JSON objects of --jsonl contain"},
	{"verdicts", "check", "The JSON of check"},
	{"procedure", "procedure", "One session, step by step"},
	{"comparing", "diff", "How two sessions are compared, and the JSON of diff"},
	{"rules", "rules", "Every rule, with its reason and its remedy"},
	{"limits", "limits", "Every limit, with its value and its reason"},
	{"recall", "recall", "What the rules find, and what they let pass"},
}

// newTopics makes help topics: commands that cannot be run.
func newTopics() []*cobra.Command {
	var all []*cobra.Command
	for _, t := range topics {
		text, _ := docs.Page(t.page)
		c := &cobra.Command{Use: t.name, Short: t.about, Long: text}
		c.SetHelpTemplate("{{.Long}}")
		all = append(all, c)
	}
	return all
}
