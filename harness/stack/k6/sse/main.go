// k6 with an extension of ours, k6/x/sse, by which scripts read event streams event by event. Everything else is k6's.
//
// k6 is under the AGPL-3.0, and so is what this makes as a whole: it is built where it is used, and handed on to nobody.
package main

import (
	"go.k6.io/k6/cmd"

	_ "holdfast/harness/stack/k6/sse/extension"
)

func main() {
	cmd.Execute()
}
