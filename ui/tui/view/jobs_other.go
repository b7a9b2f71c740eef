//go:build !unix

package view

import "os"

// There are no shells here that stop a program.

func (p *pump) watchJobs() (end func()) { return func() {} }

func (a *app) jobControl(os.Signal) {}

func (p *pump) askToStop() {}
