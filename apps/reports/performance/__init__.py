"""Papers of performance: goals, self-evaluations, reports of evaluation. Facts are read by the hundred, forms know no database."""
