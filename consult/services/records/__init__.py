"""The ledger of every act, and what all services share: pages of lists, versions, the operator."""
