package session

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// notReached is the server of a session that has none.
const notReached = "not reached"

// reached is opened for a server that took a while to answer.
func (c *conn) reached(server string, facts Facts) {
	if !c.info.Dialling {
		return
	}
	c.info.Dialling, c.info.Server = false, text.Safe(server)
	c.inform(facts)
	e := &Entry{Name: "Connection", Client: c.info.Client, Server: c.info.Server, Relayed: true, Facts: c.info.Facts.plain(), Row: Row{Kind: Connected, From: decode.FromServer}}
	e.Summary = text.Marked(fmt.Sprintf("%s answered after %s", c.info.Server, Duration(c.now.Sub(c.info.OpenedAt))))
	c.add(e)
	c.secure(false)
}
