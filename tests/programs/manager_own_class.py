"""A class of the program's own registered with BaseManager; a method that raises; the end."""

import sys
from multiprocessing import get_context
from multiprocessing.managers import BaseManager, BaseProxy


class Account:
    def __init__(self, amount=0):
        self.amount = amount

    def pay(self, amount):
        if amount < 0:
            raise ValueError("negative", amount)
        self.amount += amount
        return self.amount

    def _hidden(self):
        return "hidden"


class AccountProxy(BaseProxy):
    _exposed_ = ("pay", "_hidden")

    def pay_twice(self, amount):
        return self._callmethod("pay", (amount,)), self._callmethod("pay", (amount,))


class Bank(BaseManager):
    pass


Bank.register("Account", Account)
Bank.register("Special", Account, AccountProxy)


def pay(account):
    print(account.pay(5), flush=True)


if __name__ == "__main__":
    ctx = get_context(sys.argv[1])
    bank = Bank(ctx=ctx)
    bank.start()
    account, special = bank.Account(10), bank.Special(amount=1)
    child = ctx.Process(target=pay, args=(account,))
    child.start()
    child.join()
    print(account.pay(1), special.pay_twice(2), special._callmethod("_hidden"))
    try:
        account.pay(-1)
    except ValueError as error:
        print(error.args)
    try:
        account.missing()
    except AttributeError as error:
        print(error)
    bank.shutdown()
    try:
        account.pay(1)
    except (ConnectionError, EOFError):
        print("the bank is closed")
