"""Why an import cannot begin, in one sentence for whoever typed the command."""


class ImportRefusedError(Exception):
    pass
